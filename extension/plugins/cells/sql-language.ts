import { PostgreSQL, SQLDialect, sql } from '@codemirror/lang-sql';
import type { LanguageSupport } from '@codemirror/language';

const KEYWORDS = `
  all and anti any array as asc asof at attach begin between by case cast collate columns commit copy create cross cube
  database default delete desc describe detach distinct drop else end escape except exclude exists explain export extract
  false fetch filter first following for foreign from full glob group grouping having if ignore ilike import in index inner
  insert install intersect interval into is isnull join key last lateral left like limit load macro matched merge natural
  not notnull nulls of offset on only or order outer over partition pivot positional pragma preceding primary qualify range
  recursive references rename replace respect returning right rollup row rows sample schema select semi set sets show
  similar some summarize table tablesample temp temporary then ties to true truncate try_cast unbounded union unique
  unnest unpivot update use using values view when where window with within without`;

const TYPES = `
  bigint bit blob bool boolean char date datetime dec decimal double float float4 float8 hugeint int int1 int2 int4 int8
  integer json list long map numeric real short signed smallint string struct text time timestamp timestamptz tinyint
  ubigint uhugeint uint integer usmallint utinyint uuid varchar`;

const FUNCTIONS = `
  abs age any_value approx_count_distinct approx_quantile arg_max arg_min array_agg avg bit_and bit_or bool_and bool_or
  ceil ceiling coalesce concat concat_ws contains corr count count_if covar_pop cume_dist current_date current_timestamp
  date_add date_diff date_part date_sub date_trunc datediff day dayname dayofweek dense_rank epoch epoch_ms exp first
  first_value floor format generate_series greatest hash histogram hour ifnull kurtosis lag last last_value lead least
  left len length list list_aggregate list_contains list_filter list_sort list_transform ln log log10 lower lpad ltrim
  make_date make_timestamp map_keys map_values max max_by md5 mean median min min_by minute mode month monthname now
  ntile nullif percent_rank pow power quantile quantile_cont quantile_disc quarter random range rank read_csv
  read_json read_parquet regexp_extract regexp_matches regexp_replace replace reverse right round row_number rpad rtrim
  second sign skewness split split_part sqrt starts_with stddev stddev_pop strftime string_agg strptime struct_pack
  substr substring sum suffix time_bucket to_timestamp today trim trunc typeof unnest upper var_pop variance week
  weekday year`;

const dialect = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: words(KEYWORDS),
  types: words(TYPES),
  builtin: words(FUNCTIONS),
  backslashEscapes: false,
  doubleDollarQuotedStrings: true,
});

/** SQL as DuckDB reads it: its keywords, types and commonest functions. */
export function sqlLanguage(): LanguageSupport {
  return sql({ dialect });
}

function words(text: string): string {
  return text.trim().split(/\s+/).join(' ');
}
