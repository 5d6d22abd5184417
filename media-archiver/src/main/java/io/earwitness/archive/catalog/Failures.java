package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** Sorts failures of the database by what a caller would do about them (SQLSTATE classes). */
final class Failures {
  private Failures() {}

  /** The connection broke, or the server goes down or comes up. */
  static boolean isConnection(Throwable failure) {
    String state = state(failure);
    return state != null
        && (state.startsWith("08") || state.startsWith("57P") || state.equals("25P03"));
  }

  /** Transactions collided (serialisation failure, deadlock): the same again may succeed. */
  static boolean isCollision(Throwable failure) {
    String state = state(failure);
    return "40001".equals(state) || "40P01".equals(state);
  }

  /**
   * Trying again later may help: {@link CatalogUnavailableException}. It won't, as data, statement
   * or rights are wrong: {@link IllegalStateException}.
   */
  static RuntimeException translated(Throwable failure) {
    String state = state(failure);
    String message = "the catalog's database: " + message(failure);
    boolean permanent =
        state != null
            && (state.startsWith("22") || state.startsWith("23") || state.startsWith("42"));
    return permanent
        ? new IllegalStateException(message, failure)
        : new CatalogUnavailableException(message, failure);
  }

  private static String message(Throwable failure) {
    SQLException sql = sql(failure);
    return String.valueOf(sql == null ? failure.getMessage() : sql.getMessage());
  }

  private static @Nullable String state(Throwable failure) {
    SQLException sql = sql(failure);
    return sql == null || sql instanceof SQLTransientConnectionException ? null : sql.getSQLState();
  }

  private static @Nullable SQLException sql(Throwable failure) {
    if (failure instanceof SQLException sql) {
      return sql;
    }
    return failure instanceof DataAccessException access
        ? access.getCause(SQLException.class)
        : null;
  }
}
