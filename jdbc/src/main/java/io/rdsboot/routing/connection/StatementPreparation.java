package io.rdsboot.routing.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * How a statement is prepared on a physical connection, once or again on another one.
 */
@FunctionalInterface
interface StatementPreparation {

	PreparedStatement prepare(Connection physical) throws SQLException;

}
