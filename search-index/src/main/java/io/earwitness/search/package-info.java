/**
 * Search over the catalog, by Lucene: an index that follows the change feed and can be rebuilt from
 * the catalog at any time. The only package that imports Lucene.
 */
@NullMarked
package io.earwitness.search;

import org.jspecify.annotations.NullMarked;
