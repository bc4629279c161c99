// Boots every worker of the lab. The first message says which engine to load, whose
// memory to use, and what to be; all later messages belong to the role.
addEventListener("message", async ({ data }) => {
  try {
    const engine = await import(data.glue);
    const options = data.module && { module_or_path: data.module, memory: data.memory };
    const { memory } = await engine.default(options);
    if (data.threads > 0) await engine.initThreadPool(data.threads);
    engine[data.role]();
    postMessage(data.shares ? { memory } : "ready");
  } catch (error) {
    postMessage({ fault: { message: String(error?.message ?? error) } });
  }
}, { once: true });
