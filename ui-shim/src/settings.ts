import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/**
 * Tell *take* what the user sets, now and whenever that changes; the defaults count if
 * it is not known.
 *
 * @param registry - Where it is set, if anywhere.
 * @param id - The plugin whose settings they are.
 * @param take - What takes them.
 */
export async function followSettings(
  registry: ISettingRegistry | null,
  id: string,
  take: (settings: ISettingRegistry.ISettings['composite']) => void
): Promise<void> {
  try {
    const settings = await registry?.load(id);
    settings?.changed.connect(({ composite }) => {
      take(composite);
    });
    take(settings?.composite ?? {});
  } catch (error) {
    console.warn(`The settings of ${id} are not known.`, error);
  }
}
