-- Makes schema `raw`, which holds the hypertables; people query the views of the same names in `public`.
create schema raw;
