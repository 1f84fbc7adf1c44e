import { runTestsOf } from "./group.js";

await runTestsOf("visit");
