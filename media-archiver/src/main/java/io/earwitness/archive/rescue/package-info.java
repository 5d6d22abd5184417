/**
 * Rescue copies ({@code docs/formats/rescue.md}): what running captures gained is copied, sealed as
 * it is, into the work bucket again and again, so that another node can archive the calls of one
 * whose disk is gone. Copying needs no key; only putting a capture together again reads it.
 */
@NullMarked
package io.earwitness.archive.rescue;

import org.jspecify.annotations.NullMarked;
