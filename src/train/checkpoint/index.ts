export { loadCheckpoint, saveCheckpoint } from "./checkpoint.js";
export { loadTensors, saveTensors, type TensorFile } from "./safetensors.js";
