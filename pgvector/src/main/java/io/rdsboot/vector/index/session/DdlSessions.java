package io.rdsboot.vector.index.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import javax.sql.DataSource;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions of the login that may change a table, such as to build its indexes.
 *
 * @param application where connections of the application's login come from
 * @param owner where connections of the login come from that owns the tables, or
 * {@code null} if there is no such login
 * @param timeout the longest time that a statement may take
 */
public record DdlSessions(DataSource application, @Nullable DataSource owner, Duration timeout) {

	/**
	 * Open a session. The owner's finds the table where the application's does.
	 */
	public DdlSession open(VectorTable table) throws SQLException {
		DdlSession session = DdlSession.open(this.application, this.timeout);
		if (this.owner == null) {
			return session;
		}
		String searchPath;
		try {
			IndexBuilderRole role = new IndexBuilderRole(session.connection());
			if (role.problem(table, List.of()) == null) {
				return session;
			}
			searchPath = role.searchPath();
		}
		catch (SQLException ex) {
			session.close();
			throw ex;
		}
		session.close();
		DdlSession ownerSession = DdlSession.open(this.owner, this.timeout);
		try {
			ownerSession.setSearchPath(searchPath);
			return ownerSession;
		}
		catch (SQLException ex) {
			ownerSession.close();
			throw ex;
		}
	}

}
