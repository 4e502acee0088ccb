// What script adds to pages that already work without it.
import { startAutosave } from "./autosave.js";
import { startCheckIn } from "./check-in.js";
import { startCoding } from "./coding.js";
import { startKeying } from "./keying.js";
import { startPieces } from "./pieces.js";
import { startRedacting } from "./redacting.js";
import { startRegister } from "./register.js";
import { startRoutes } from "./routes.js";
import { guardSubmits } from "./submit-once.js";
import { startUploads } from "./upload.js";
import { startWaiting } from "./waiting.js";

startRoutes();
startAutosave();
startUploads();
startPieces();
startRegister();
startCheckIn();
startKeying();
startCoding();
startRedacting();
guardSubmits();
startWaiting();

// After a refused form, a screen reader starts at the list of what to put right.
document.getElementById("errors")?.focus();
