"""The sink of continuous views that a PipelineDB keeps."""
