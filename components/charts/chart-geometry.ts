/** One gutter for all charts, so that plots above each other line up. */
export const GUTTER_LEFT_PX = 44;
export const GUTTER_RIGHT_PX = 8;
export const AXIS_HEIGHT_PX = 20;
export const TOP_PX = 18;

export interface PlotBox {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function plotBox(widthPx: number, heightPx: number, topPx = TOP_PX): PlotBox {
  return {
    left: GUTTER_LEFT_PX,
    right: widthPx - GUTTER_RIGHT_PX,
    top: topPx,
    bottom: heightPx - AXIS_HEIGHT_PX,
  };
}
