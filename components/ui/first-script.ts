/** Before the first paint: a stored theme, so that the other one never flashes. */
const THEME =
  'try{var t=localStorage.getItem("plumbline-theme");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}';

/** Zod tries `new Function` to compile schemas, which the content security policy refuses and reports. */
const ZOD_WITHOUT_EVAL = "globalThis.__zod_globalConfig={jitless:true}";

/** Runs in the head, with the nonce, before any other script. */
export const FIRST_SCRIPT = `${THEME};${ZOD_WITHOUT_EVAL}`;
