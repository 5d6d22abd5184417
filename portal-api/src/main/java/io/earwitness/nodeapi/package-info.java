/**
 * The API of one recorder for programs beside it, such as a desktop that pauses a call while a card
 * number is said: HTTPS with mutual TLS, JSON, RFC 9457 problem details. It waits for no database
 * to pause a recording, and enters what it did in the audit trail. Knows no configuration files.
 */
@NullMarked
package io.earwitness.nodeapi;

import org.jspecify.annotations.NullMarked;
