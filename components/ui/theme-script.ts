/** Runs before the first paint, so that a stored theme never flashes the other one. */
export const THEME_SCRIPT =
  'try{var t=localStorage.getItem("plumbline-theme");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}';
