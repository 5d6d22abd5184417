/**
 * The catalog in PostgreSQL: calls, tenants, people, change feed, audit entries, journal. The only
 * package of this module that imports jOOQ, Flyway and JDBC.
 */
@NullMarked
package io.earwitness.archive.catalog;

import org.jspecify.annotations.NullMarked;
