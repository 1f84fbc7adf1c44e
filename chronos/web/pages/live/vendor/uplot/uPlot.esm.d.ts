// The types of the library, for `npm run check-pages` in tracker/; no browser asks for them.
import uPlot = require("uplot");
export default uPlot;
