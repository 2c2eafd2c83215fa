export { loadCheckpoint, saveCheckpoint } from "./checkpoint.js";
export { type LoadPyTorchOptions, loadPyTorch } from "./load-pytorch.js";
export { loadTensors, saveTensors, type TensorFile } from "./safetensors.js";
