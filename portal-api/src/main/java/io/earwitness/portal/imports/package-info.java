/**
 * People, teams and numbers from CSV (RFC 4180): reads a file, and works out what it would change,
 * or which of its cells are wrong. Changes nothing itself.
 */
@NullMarked
package io.earwitness.portal.imports;

import org.jspecify.annotations.NullMarked;
