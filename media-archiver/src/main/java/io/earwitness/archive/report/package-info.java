/**
 * Tells the catalog what the recorder's spool says: calls that are live, calls that ended, INVITEs
 * that were refused. Works beside the recorder, never on the INVITE's path, and knows neither SIP
 * nor the object store.
 */
@NullMarked
package io.earwitness.archive.report;

import org.jspecify.annotations.NullMarked;
