/**
 * Telephone numbers by ITU-T E.164: whether one can be, and of what country it is. The numbering
 * plans are those of libphonenumber, which no other package uses.
 */
@NullMarked
package io.earwitness.archive.numbering;

import org.jspecify.annotations.NullMarked;
