/**
 * The audit trail: one entry for each act, durable before the act happens, hashed as a leaf of an
 * RFC 9162 tree. This package owns the entry, its canonical bytes and its leaf hash; where entries
 * are kept is the catalog's business.
 */
@NullMarked
package io.earwitness.audit;

import org.jspecify.annotations.NullMarked;
