// Boots every worker of the lab. The first message says which engine to load and
// what to be; all later messages belong to the role.
addEventListener("message", async ({ data }) => {
  try {
    const engine = await import(data.glue);
    await engine.default(data.module && { module_or_path: data.module });
    if (data.threads > 0) await engine.initThreadPool(data.threads);
    engine[data.role]();
    postMessage("ready");
  } catch (error) {
    postMessage({ fault: { message: String(error?.message ?? error) } });
  }
}, { once: true });
