/**
 * The CDR lake: Parquet files as a pure function of the catalog. The only package that imports
 * Parquet.
 */
@NullMarked
package io.earwitness.archive.cdr;

import org.jspecify.annotations.NullMarked;
