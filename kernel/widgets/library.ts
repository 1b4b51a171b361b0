import type { Comms } from '../evaluate/comms.ts';
import { choiceClass } from './choice.ts';
import { WidgetHost } from './host.ts';
import type { WidgetKind } from './kind.ts';
import { controlKinds, LAYOUT_KIND, type MakeStyle, outputKind } from './kinds.ts';
import { outputClass } from './output.ts';
import { Widget } from './widget.ts';

type Options = Readonly<Record<string, unknown>>;
export type WidgetClass = new (options?: Options) => Widget;

/**
 * `widgets`, as cells find it: one class per control, made from its kind. `new widgets.IntSlider({ max: 10 })`
 * has its state as properties, `on`, `observe` and `close`.
 */
export function widgetLibrary(comms: Comms, options: { echo?: boolean } = {}): Readonly<Record<string, WidgetClass>> {
  const host = new WidgetHost(comms, options);
  const make: MakeStyle = (kind, value) => {
    if (value instanceof Widget || value === null || value === undefined) return value ?? null;
    if (typeof value !== 'object') throw new TypeError(`a record or a ${kind.name} is wanted`);
    const known = styles.get(kind) ?? widgetClass(kind, host);
    styles.set(kind, known);
    return new known(value as Options);
  };
  const layout = widgetClass(LAYOUT_KIND, host);
  const styles = new Map<WidgetKind, WidgetClass>([[LAYOUT_KIND, layout]]);
  const classes: Record<string, WidgetClass> = { Layout: layout };
  for (const kind of controlKinds(make)) {
    const made = widgetClass(kind, host);
    classes[kind.name] = '_options_labels' in kind.state ? choiceClass(made) : made;
  }
  classes.Output = outputClass(widgetClass(outputKind(make), host));
  return Object.freeze(classes);
}

/** A class whose instances have the kind's state as properties. Boxes may have their children first. */
function widgetClass(kind: WidgetKind, host: WidgetHost): WidgetClass {
  const made = {
    [kind.name]: class extends Widget {
      constructor(options: Options = {}, more: Options = {}) {
        super(kind, host, Array.isArray(options) ? { ...more, children: options } : options);
      }
    },
  }[kind.name] as WidgetClass;
  for (const name of Object.keys(kind.state)) {
    Object.defineProperty(made.prototype, name, {
      get(this: Widget) {
        return this.get(name);
      },
      set(this: Widget, value: unknown) {
        this.set({ [name]: value });
      },
      configurable: true,
    });
  }
  if (kind.name === 'Button') {
    Object.defineProperty(made.prototype, 'onClick', {
      value(this: Widget, listener: () => unknown) {
        return this.on('click', () => listener());
      },
    });
  }
  return made;
}
