/** normlab: what batch normalization does, by running it. The public names of the module. */
export {};
