package io.rdsboot.vector.jdbc.rows;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.Tenants;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.FilterSql;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.write.RecordValidator;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows of one table by id, and counts them. Thread-safe.
 *
 * @param <ID> type of the ids
 */
public final class RowReader<ID> {

	private final VectorTable table;

	private final Class<ID> idClass;

	private final VectorConnections connections;

	private final Tenants tenants;

	private final RecordValidator validator;

	private final RowColumns columns;

	private final FilterSql filterSql;

	public RowReader(VectorTable table, Class<ID> idClass, VectorConnections connections, Tenants tenants) {
		this.table = table;
		this.idClass = idClass;
		this.connections = connections;
		this.tenants = tenants;
		this.validator = RecordValidator.of(table, connections::isWithinLimits);
		this.columns = new RowColumns(table, true, true, table.vectors());
		this.filterSql = new FilterSql(table, "t.");
	}

	public Optional<VectorRecord<ID>> findById(ID id) {
		this.validator.validateId(id);
		return find(" = ", (statement, parameter) -> statement.setObject(parameter, id)).stream().findFirst();
	}

	/**
	 * Return the records that there are, in the order of the ids.
	 */
	public List<VectorRecord<ID>> findAllById(Collection<ID> ids) {
		ids.forEach(this.validator::validateId);
		if (ids.isEmpty()) {
			return List.of();
		}
		Map<ID, VectorRecord<ID>> found = new LinkedHashMap<>();
		find(" = ANY ",
				(statement, parameter) -> statement.setArray(parameter,
						statement.getConnection().createArrayOf(this.table.idType().sqlType(), ids.toArray())))
			.forEach((record) -> found.put(record.id(), record));
		return new LinkedHashSet<>(ids).stream().filter(found::containsKey).map(found::get).toList();
	}

	private List<VectorRecord<ID>> find(String operator, SqlStatement.Binding ids) {
		Tenant tenant = this.tenants.current();
		SqlBuilder sql = new SqlBuilder()
			.append("SELECT %s FROM %s t WHERE t.%s%s(".formatted(this.columns.fromTable("t"), this.table.quotedName(),
					VectorTable.quote(this.table.idColumn()), operator))
			.bind(ids)
			.append(")");
		appendTenant(sql, " AND ", tenant);
		return this.connections.query(tenant, sql.build(), (rows) -> {
			List<VectorRecord<ID>> records = new ArrayList<>();
			while (rows.next()) {
				records.add(RecordFinder.record(this.table, rows, this.columns, this.idClass));
			}
			return records;
		});
	}

	public boolean existsById(ID id) {
		this.validator.validateId(id);
		Tenant tenant = this.tenants.current();
		SqlBuilder sql = new SqlBuilder()
			.append("SELECT EXISTS (SELECT FROM %s t WHERE t.%s = ".formatted(this.table.quotedName(),
					VectorTable.quote(this.table.idColumn())))
			.bind((statement, parameter) -> statement.setObject(parameter, id));
		appendTenant(sql, " AND ", tenant);
		return this.connections.query(tenant, sql.append(")").build(), (rows) -> {
			rows.next();
			return rows.getBoolean(1);
		});
	}

	/**
	 * Count the rows.
	 * @param filter the filter, or {@code null} for all rows
	 */
	public long count(@Nullable MetadataFilter filter) {
		Tenant tenant = this.tenants.current();
		SqlBuilder sql = new SqlBuilder().append("SELECT count(*) FROM %s t".formatted(this.table.quotedName()));
		appendCondition(sql, filter, tenant);
		return this.connections.query(tenant, (filter != null) ? sql.buildPlannedAnew() : sql.build(), (rows) -> {
			rows.next();
			return rows.getLong(1);
		});
	}

	private void appendCondition(SqlBuilder sql, @Nullable MetadataFilter filter, @Nullable Tenant tenant) {
		if (filter != null) {
			sql.append(" WHERE (");
			this.filterSql.write(filter, sql);
			sql.append(")");
		}
		appendTenant(sql, (filter != null) ? " AND " : " WHERE ", tenant);
	}

	private static void appendTenant(SqlBuilder sql, String before, @Nullable Tenant tenant) {
		if (tenant != null) {
			sql.append(before);
			tenant.appendCondition("t.", sql);
		}
	}

}
