/** bullmq and ioredis, which only those install who want a queue. */
import { QueueError } from "../../../base/errors.js";

export interface QueuePackages {
  bullmq: typeof import("bullmq");
  Redis: typeof import("ioredis").Redis;
}

export async function queuePackages(): Promise<QueuePackages> {
  try {
    const [bullmq, { Redis }] = await Promise.all([import("bullmq"), import("ioredis")]);
    return { bullmq, Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new QueueError(
      "A queue needs two packages that normlab does not bring: npm install bullmq@6 ioredis@5, in the folder where normlab is installed.",
    );
  }
}
