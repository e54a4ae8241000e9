package io.rdsboot.vector.jdbc.rows;

import java.sql.PreparedStatement;
import java.sql.Statement;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.TenantSetting;
import io.rdsboot.vector.jdbc.session.Tenants;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.FilterSql;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.write.WriteSql;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Deletes rows of one table by filter, or all of them. Thread-safe.
 */
public final class RowRemover {

	private final VectorTable table;

	private final VectorConnections connections;

	private final Tenants tenants;

	private final FilterSql filterSql;

	private final WriteSql sql;

	public RowRemover(VectorTable table, VectorConnections connections, Tenants tenants) {
		this.table = table;
		this.connections = connections;
		this.tenants = tenants;
		this.filterSql = new FilterSql(table, "t.");
		this.sql = WriteSql.of(table);
	}

	/**
	 * Delete the rows that a filter holds for, and return how many there were.
	 */
	public int delete(MetadataFilter filter) {
		Tenant tenant = this.tenants.current();
		SqlBuilder condition = new SqlBuilder();
		condition.append("(");
		this.filterSql.write(filter, condition);
		condition.append(")");
		if (tenant != null) {
			tenant.appendCondition("t.", condition.append(" AND "));
		}
		return (int) deleteInOrder(condition, tenant);
	}

	/**
	 * Delete all rows, of the caller's tenant in a table with tenants, and return how
	 * many there were.
	 */
	public long deleteAll() {
		Tenant tenant = this.tenants.current();
		if (tenant != null) {
			SqlBuilder condition = new SqlBuilder();
			tenant.appendCondition("t.", condition);
			return deleteInOrder(condition, tenant);
		}
		// Nobody else's write can be kept waiting for rows: all writes wait for the
		// table.
		return this.connections.write(this.sql.deleteAll(), (connection) -> {
			try (Statement statement = connection.createStatement()) {
				statement.execute(this.sql.lockAgainstWrites());
				return statement.executeLargeUpdate(this.sql.deleteAll());
			}
		});
	}

	private long deleteInOrder(SqlBuilder condition, @Nullable Tenant tenant) {
		SqlStatement matching = condition.buildPlannedAnew();
		SqlStatement delete = new SqlStatement(WriteSql.deleteInOrder(this.table, matching.text()), matching.bindings(),
				true);
		return this.connections.write(delete.text(), (connection) -> {
			TenantSetting.apply(connection, this.table, (tenant != null) ? tenant.value() : null);
			try (PreparedStatement statement = connection.prepareStatement(delete.text())) {
				delete.prepare(statement, 0);
				return statement.executeLargeUpdate();
			}
		});
	}

}
