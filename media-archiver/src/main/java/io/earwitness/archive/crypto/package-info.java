/**
 * Cryptography: CMS AuthEnvelopedData and SignedData, certificates, key stores, verified random
 * access. The only package that imports BouncyCastle's CMS and PKIX.
 */
@NullMarked
package io.earwitness.archive.crypto;

import org.jspecify.annotations.NullMarked;
