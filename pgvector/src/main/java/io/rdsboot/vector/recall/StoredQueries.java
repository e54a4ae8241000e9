package io.rdsboot.vector.recall;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;

import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.sql.VectorParameters;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table, drawn as queries. Reads some blocks of the table only, but many more
 * than rows are needed: rows of one block were often written together and are alike.
 * Queries of dense vectors are {@linkplain ShiftedRows shifted} away from their rows.
 */
final class StoredQueries {

	private static final int READ_FOR_ONE = 20;

	private static final String ROWS = "SELECT greatest(reltuples, relpages, 0) FROM pg_class WHERE oid = to_regclass(";

	/**
	 * Rows near by of which directions are taken to shift a row to.
	 */
	private static final int NEIGHBORS = 10;

	private final VectorRepository<?> repository;

	private final VectorTable table;

	private final VectorColumn column;

	private final VectorConnections connections;

	private final @Nullable Tenant tenant;

	StoredQueries(VectorRepository<?> repository, VectorColumn column, VectorConnections connections,
			@Nullable Tenant tenant) {
		this.repository = repository;
		this.table = repository.table();
		this.column = column;
		this.connections = connections;
		this.tenant = tenant;
	}

	/**
	 * Return a query for each of as many rows as there are, up to a number.
	 * @param count the number
	 * @param over whether the time is over; then fewer are returned
	 */
	List<MeasuredQuery> draw(int count, BooleanSupplier over) {
		List<MeasuredQuery> rows = draw(count);
		if (this.column.type() != ElementType.VECTOR && this.column.type() != ElementType.HALFVEC) {
			return rows;
		}
		ShiftedRows shifting = ShiftedRows.of(this.column.distance(), new Random(rows.size()));
		return rows.stream()
			.takeWhile((row) -> !over.getAsBoolean())
			.map((row) -> shifting.shift(row, neighbors(row)))
			.toList();
	}

	private List<float[]> neighbors(MeasuredQuery row) {
		VectorSearch search = VectorSearch.nearest(row.vector())
			.in(this.column.name())
			.limit(NEIGHBORS + 1)
			.withoutContent()
			.withoutMetadata()
			.withEmbedding();
		return this.repository.search(search)
			.stream()
			.filter((match) -> !match.id().equals(row.row()))
			.map((match) -> Objects.requireNonNull(match.embedding()).toFloats())
			.toList();
	}

	private List<MeasuredQuery> draw(int count) {
		double rows = rows();
		double share = (rows > 0) ? Math.min(1, READ_FOR_ONE * (double) count / rows) : 1;
		List<MeasuredQuery> drawn = draw(count, share);
		// Blocks may hold dead rows, or rows without a vector.
		return (drawn.size() < count && share < 1) ? draw(count, Math.min(1, READ_FOR_ONE * share)) : drawn;
	}

	/**
	 * Return about how many rows there are, 0 if the table was never analyzed.
	 */
	private double rows() {
		SqlStatement sql = new SqlBuilder().append(ROWS)
			.bind((statement, parameter) -> statement.setString(parameter, this.table.quotedName()))
			.append(")")
			.build();
		return this.connections.query(null, sql, (row) -> row.next() ? row.getDouble(1) : 0);
	}

	private List<MeasuredQuery> draw(int count, double share) {
		String id = VectorTable.quote(this.table.idColumn());
		String vector = VectorTable.quote(this.column.name());
		SqlBuilder sql = new SqlBuilder()
			.append("SELECT s.%s, %s FROM (SELECT t.%1$s, t.%s FROM %s t TABLESAMPLE SYSTEM (".formatted(id,
					new VectorExpressions(this.table, this.column).binary("s"), vector, this.table.quotedName()))
			.bind((statement, parameter) -> statement.setDouble(parameter, 100 * share))
			.append(") WHERE t.%s IS NOT NULL".formatted(vector));
		if (this.tenant != null) {
			sql.append(" AND ");
			this.tenant.appendCondition("t.", sql);
		}
		sql.append(" ORDER BY random() LIMIT %d) s".formatted(count));
		return this.connections.query(this.tenant, sql.build(), (rows) -> {
			List<MeasuredQuery> queries = new ArrayList<>();
			while (rows.next()) {
				queries
					.add(new MeasuredQuery(Objects.requireNonNull(VectorParameters.read(rows, 2, this.column.type())),
							rows.getObject(1, this.table.idType().javaType())));
			}
			return queries;
		});
	}

}
