/** What the host decides about the catalog. */
export interface ModelsSettings {
  /** `owned_by` of every model on the wire. */
  ownedBy: string;
}

export const MODELS_SETTINGS = Symbol('MODELS_SETTINGS');
