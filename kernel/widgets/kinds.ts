import { anything, bounded, type Field, flag, number, text, type WidgetKind, whole, word } from './kind.ts';

/** Turns a record given for `layout` or `style` into the widget that carries it. */
export type MakeStyle = (kind: WidgetKind, value: unknown) => unknown;

const CONTROLS = { module: '@jupyter-widgets/controls', version: '2.0.0' } as const;
const BASE = { module: '@jupyter-widgets/base', version: '2.0.0' } as const;
const COLOURS = ['', 'primary', 'success', 'info', 'warning', 'danger'] as const;

/** CSS that a layout may set. */
const LAYOUT = `align_content align_items align_self border_bottom border_left border_right border_top bottom display
flex flex_flow grid_area grid_auto_columns grid_auto_flow grid_auto_rows grid_column grid_gap grid_row
grid_template_areas grid_template_columns grid_template_rows height justify_content justify_items left margin
max_height max_width min_height min_width object_fit object_position order overflow padding right top visibility width`.split(
  /\s+/,
);

const empties = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, anything(null)]));

export const LAYOUT_KIND: WidgetKind = {
  name: 'Layout',
  model: 'LayoutModel',
  view: 'LayoutView',
  ...BASE,
  state: empties(LAYOUT),
};

const styleKind = (name: string, names: readonly string[]): WidgetKind => ({
  name: `${name}Style`,
  model: `${name}StyleModel`,
  view: 'StyleView',
  ...CONTROLS,
  state: empties(names),
});
const LABELLED = ['description_width'];
const WRITTEN = ['background', 'font_size', 'text_color'];
const STYLES = {
  description: styleKind('Description', LABELLED),
  slider: styleKind('Slider', [...LABELLED, 'handle_color']),
  progress: styleKind('Progress', [...LABELLED, 'bar_color']),
  text: styleKind('Text', [...LABELLED, ...WRITTEN]),
  html: styleKind('HTML', [...LABELLED, ...WRITTEN]),
  checkbox: styleKind('Checkbox', [...LABELLED, 'background']),
  button: styleKind('Button', [
    'button_color',
    'font_family',
    'font_size',
    'font_style',
    'font_variant',
    'font_weight',
    'text_color',
    'text_decoration',
  ]),
} as const;

/** The controls that cells can make, each with the state it begins with. */
export function controlKinds(make: MakeStyle): readonly WidgetKind[] {
  const styled = (kind: WidgetKind): Field => ({ initial: null, fit: (value) => make(kind, value) });
  const dom = {
    layout: styled(LAYOUT_KIND),
    tooltip: anything(null),
    tabbable: anything(null),
    _dom_classes: anything([]),
  };
  const labelled = (style: keyof typeof STYLES) => ({
    ...dom,
    style: styled(STYLES[style]),
    description: text(''),
    description_allow_html: flag(false),
    disabled: flag(false),
  });
  const control = (name: string, state: WidgetKind['state'], view = `${name}View`): WidgetKind => ({
    name,
    model: `${name}Model`,
    view,
    ...CONTROLS,
    state,
  });
  const slider = {
    ...labelled('slider'),
    orientation: word('horizontal', ['horizontal', 'vertical']),
    readout: flag(true),
    continuous_update: flag(true),
    behavior: anything('drag-tap'),
  };
  const progress = {
    ...labelled('progress'),
    orientation: word('horizontal', ['horizontal', 'vertical']),
    bar_style: word('', COLOURS),
  };
  const written = { ...labelled('text'), value: text(''), placeholder: text('\u200b'), continuous_update: flag(true) };
  const choice = { ...labelled('description'), _options_labels: anything([]), index: anything(null) };
  const box = { ...dom, children: anything([]), box_style: word('', COLOURS) };
  const numbers = (field: (initial: number) => Field, max: number) => ({
    value: bounded(field(0)),
    min: field(0),
    max: field(max),
  });
  return [
    control('IntSlider', { ...slider, ...numbers(whole, 100), step: whole(1), readout_format: anything('d') }),
    control('FloatSlider', { ...slider, ...numbers(number, 10), step: number(0.1), readout_format: anything('.2f') }),
    control('IntProgress', { ...progress, ...numbers(whole, 100) }, 'ProgressView'),
    control('FloatProgress', { ...progress, ...numbers(number, 10) }, 'ProgressView'),
    control('IntText', { ...labelled('description'), value: whole(0), step: whole(1), continuous_update: flag(false) }),
    control('FloatText', {
      ...labelled('description'),
      value: number(0),
      step: anything(null),
      continuous_update: flag(false),
    }),
    control('Text', written),
    control('Textarea', { ...written, rows: anything(null) }),
    control('Label', { ...labelled('description'), value: text(''), placeholder: text('\u200b') }),
    control('HTML', { ...labelled('html'), value: text(''), placeholder: text('\u200b') }),
    control('Checkbox', { ...labelled('checkbox'), value: flag(false), indent: flag(true) }),
    control('Dropdown', choice),
    control('RadioButtons', choice),
    control('Button', { ...labelled('button'), button_style: word('', COLOURS), icon: text('') }),
    control('HBox', box),
    control('VBox', box),
  ];
}

/** Shows what is printed and displayed while it captures. */
export function outputKind(make: MakeStyle): WidgetKind {
  return {
    name: 'Output',
    model: 'OutputModel',
    view: 'OutputView',
    module: '@jupyter-widgets/output',
    version: '1.0.0',
    state: {
      layout: { initial: null, fit: (value) => make(LAYOUT_KIND, value) },
      msg_id: text(''),
      outputs: anything([]),
    },
  };
}
