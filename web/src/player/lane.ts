/** Height of one side's lane in pixels. */
export const LANE = 72
