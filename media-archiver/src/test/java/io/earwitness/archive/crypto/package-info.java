/** Tests of the cryptography, with openssl as the independent witness. */
@NullMarked
package io.earwitness.archive.crypto;

import org.jspecify.annotations.NullMarked;
