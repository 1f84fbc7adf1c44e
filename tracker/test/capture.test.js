import { runTestsOf } from "./group.js";

await runTestsOf("capture");
