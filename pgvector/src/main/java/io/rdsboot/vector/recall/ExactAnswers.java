package io.rdsboot.vector.recall;

import java.util.List;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.session.Tenant;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.sql.FilterSql;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import io.rdsboot.vector.jdbc.sql.VectorParameters;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Exact answers of several queries by one scan of the table.
 *
 * <p>
 * What the index has found bounds each answer: the k nearest rows are no farther away
 * than any k rows. So the scan sorts nothing but the few rows that are nearer than the
 * bound, and needs of them the distances alone. No vector index has this condition, so
 * none is used.
 */
final class ExactAnswers {

	private final VectorTable table;

	private final VectorColumn column;

	private final @Nullable MetadataFilter filter;

	private final int k;

	private final VectorConnections connections;

	private final @Nullable Tenant tenant;

	private final VectorExpressions expressions;

	private final VectorParameters binding;

	ExactAnswers(VectorTable table, VectorColumn column, @Nullable MetadataFilter filter, int k,
			VectorConnections connections, @Nullable Tenant tenant) {
		this.table = table;
		this.column = column;
		this.filter = filter;
		this.k = k;
		this.connections = connections;
		this.tenant = tenant;
		this.expressions = new VectorExpressions(table, column);
		this.binding = new VectorParameters(table.extensionSchema());
	}

	/**
	 * Return the answers of queries.
	 * @param queries the queries
	 * @param bounds for each, the distance of the k-th row of some answer, infinite if
	 * there is none
	 */
	ExactAnswer[] find(List<MeasuredQuery> queries, double[] bounds) {
		ExactAnswer[] answers = new ExactAnswer[queries.size()];
		for (int i = 0; i < answers.length; i++) {
			boolean bounded = Double.isFinite(bounds[i]);
			answers[i] = new ExactAnswer(bounded ? this.k : 0, bounded ? bounds[i] : Double.NEGATIVE_INFINITY);
		}
		return this.connections.query(this.tenant, statement(queries, bounds), (rows) -> {
			while (rows.next()) {
				int query = rows.getInt(1);
				long nearer = rows.getLong(2);
				if (nearer >= this.k || Double.isInfinite(bounds[query])) {
					answers[query] = new ExactAnswer((int) Math.min(nearer, this.k), rows.getDouble(3));
				}
			}
			return answers;
		});
	}

	private SqlStatement statement(List<MeasuredQuery> queries, double[] bounds) {
		SqlBuilder sql = new SqlBuilder().append(
				"SELECT n, count(*), (array_agg(d ORDER BY d))[least(count(*), %d)] FROM (SELECT q.n, %s AS d FROM %s t CROSS JOIN (VALUES "
					.formatted(this.k, this.expressions.distance("t", "q.v"), this.table.quotedName()));
		for (int i = 0; i < queries.size(); i++) {
			append(sql, i, queries.get(i), bounds[i]);
		}
		sql.append(") q(n, v, bound, id) WHERE t.%s IS NOT NULL".formatted(VectorTable.quote(this.column.name())));
		if (this.tenant != null) {
			sql.append(" AND ");
			this.tenant.appendCondition("t.", sql);
		}
		if (this.filter != null) {
			sql.append(" AND (");
			new FilterSql(this.table, "t.").write(this.filter, sql);
			sql.append(")");
		}
		return sql
			.append(" AND (%s) < q.bound AND t.%s IS DISTINCT FROM q.id) nearer GROUP BY n"
				.formatted(this.expressions.distance("t", "q.v"), VectorTable.quote(this.table.idColumn())))
			.buildPlannedAnew();
	}

	private void append(SqlBuilder sql, int number, MeasuredQuery query, double bound) {
		sql.append("%s(%d, ".formatted((number > 0) ? ", " : "", number))
			.bind((statement, parameter) -> this.binding.set(statement, parameter, this.column.type(), query.vector()))
			.append("::%s, ".formatted(this.expressions.columnType()))
			.bind((statement, parameter) -> statement.setDouble(parameter, bound))
			.append("::float8, ")
			.bind((statement, parameter) -> statement.setObject(parameter, query.row()))
			.append("::%s)".formatted(this.table.idType().sqlType()));
	}

	/**
	 * What is needed of an exact answer to judge another one.
	 *
	 * @param count number of rows, fewer than k if there are no more
	 * @param farthest distance of the last of them
	 */
	record ExactAnswer(int count, double farthest) {

		/**
		 * The server computes in single precision: rows whose distances differ by less
		 * are equally near.
		 */
		private static final double TOLERANCE = 1e-6;

		/**
		 * Return the share of the nearest rows among those that were found.
		 * @param distances distances of the rows that were found
		 */
		double recall(double[] distances) {
			double farthest = this.farthest + TOLERANCE * Math.abs(this.farthest);
			int hits = 0;
			for (double distance : distances) {
				hits += (distance <= farthest) ? 1 : 0;
			}
			return (double) Math.min(hits, this.count) / this.count;
		}

	}

}
