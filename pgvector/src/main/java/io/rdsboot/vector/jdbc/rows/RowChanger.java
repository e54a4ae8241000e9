package io.rdsboot.vector.jdbc.rows;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Collection;

import io.rdsboot.vector.RecordChange;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.TenantSetting;
import io.rdsboot.vector.jdbc.session.Tenants;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.FilterSql;
import io.rdsboot.vector.jdbc.sql.MetadataReader;
import io.rdsboot.vector.jdbc.sql.ReadableMetadataSql;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.write.RecordValidator;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataIntegrityViolationException;

/**
 * Changes the content and the metadata of rows of one table. Thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class RowChanger<ID> {

	private final VectorTable table;

	private final VectorConnections connections;

	private final Tenants tenants;

	private final RecordValidator validator;

	private final FilterSql filterSql;

	public RowChanger(VectorTable table, VectorConnections connections, Tenants tenants) {
		this.table = table;
		this.connections = connections;
		this.tenants = tenants;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
		this.filterSql = new FilterSql(table, "t.");
	}

	/**
	 * Change the rows of ids, and return how many there were.
	 */
	public int update(Collection<ID> ids, RecordChange change) {
		ids.forEach(this.validator::validateId);
		SqlBuilder condition = new SqlBuilder()
			.append("t.%s = ANY (".formatted(VectorTable.quote(this.table.idColumn())))
			.bind((statement, parameter) -> statement.setArray(parameter,
					statement.getConnection().createArrayOf(this.table.idType().sqlType(), ids.toArray())))
			.append(")");
		return update(condition, change);
	}

	/**
	 * Change the rows that a filter holds for, and return how many there were.
	 */
	public int update(MetadataFilter filter, RecordChange change) {
		SqlBuilder condition = new SqlBuilder().append("(");
		this.filterSql.write(filter, condition);
		return update(condition.append(")"), change);
	}

	private int update(SqlBuilder condition, RecordChange change) {
		Tenant tenant = this.tenants.current();
		Object tenantValue = (tenant != null) ? tenant.value() : null;
		this.validator.validate(change, tenantValue);
		if (tenant != null) {
			tenant.appendCondition("t.", condition.append(" AND "));
		}
		SqlStatement sql = new ChangeSql(this.table, change).statement(condition.buildPlannedAnew());
		return this.connections.write(sql.text(), (connection) -> {
			TenantSetting.apply(connection, this.table, tenantValue);
			try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
				sql.prepare(statement, 0);
				try (ResultSet row = statement.executeQuery()) {
					row.next();
					requireNoneRefused(row.getString(2), row.getInt(3));
					return row.getInt(1);
				}
			}
		});
	}

	private void requireNoneRefused(@Nullable String id, int problem) {
		if (id != null) {
			String reason = (problem == ChangeSql.NO_OBJECT)
					? "is no JSON object, so no key can be put in it: replace it"
					: "would be longer than %d characters as JSON, or nested deeper than %d levels"
						.formatted(MetadataReader.MAX_LENGTH, ReadableMetadataSql.MAX_DEPTH);
			throw new DataIntegrityViolationException(
					"Change of vector table %s is not possible, and no row was changed: the metadata of the row '%s' %s"
						.formatted(this.table, id, reason));
		}
	}

}
