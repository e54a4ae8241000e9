package io.rdsboot.vector.recall;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import javax.sql.DataSource;

import io.rdsboot.vector.TenantResolver;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.index.catalog.ActualIndexes;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.session.Tenants;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Measures which share of the truly nearest rows the searches of a table find, for
 * several settings of the vector index, by the same queries. Thread-safe.
 *
 * <p>
 * Searches are those of a {@link io.rdsboot.vector.VectorRepository}, with
 * {@link io.rdsboot.vector.VectorSearch#efSearch} or
 * {@link io.rdsboot.vector.VectorSearch#probes} set. An answer and the exact one come
 * from one snapshot of the database, in a read-only transaction, which a data source that
 * routes sends to a reader. Rows at equal distances are equally right. Snapshots last
 * some seconds each, so that they keep no VACUUM and no build of an index waiting.
 *
 * <p>
 * Exact answers read the whole table, several queries at a time, by a single process of
 * the server.
 */
public final class RecallMeter {

	private final DataSource dataSource;

	private final VectorTable table;

	private final VectorRepository<?> repository;

	private final Map<String, VectorColumn> actualColumns = new ConcurrentHashMap<>();

	private final VectorConnections connections;

	private final Tenants tenants;

	private final LongSupplier nanoTime;

	RecallMeter(DataSource dataSource, VectorTable table, @Nullable TenantResolver tenantResolver,
			LongSupplier nanoTime) {
		this.dataSource = dataSource;
		this.table = table;
		this.repository = JdbcVectorRepository.builder(dataSource, table, table.idType().javaType())
			.tenantResolver(tenantResolver)
			.actualColumns((column) -> this.actualColumns.getOrDefault(column.name(), column))
			.build();
		this.connections = new VectorConnections(dataSource);
		this.tenants = new Tenants(table, tenantResolver);
		this.nanoTime = nanoTime;
	}

	/**
	 * Return a meter of a table without tenants.
	 * @param dataSource where the table is
	 * @param table the table
	 * @return the meter
	 * @throws IllegalArgumentException if the table is declared with a tenant
	 */
	public static RecallMeter of(DataSource dataSource, VectorTable table) {
		return new RecallMeter(dataSource, table, null, System::nanoTime);
	}

	/**
	 * Return a meter of a table with tenants, which measures searches of the tenant for
	 * whom it is called.
	 * @param dataSource where the table is
	 * @param table the table
	 * @param tenantResolver says whose rows are searched
	 * @return the meter
	 */
	public static RecallMeter of(DataSource dataSource, VectorTable table, TenantResolver tenantResolver) {
		return new RecallMeter(dataSource, table, tenantResolver, System::nanoTime);
	}

	/**
	 * Measure the recall. Blocks until that is done or the time is over, in transactions
	 * of its own.
	 * @param options what is measured, and for how long
	 * @return the result
	 * @throws IllegalArgumentException if the column has no vector index, or a setting is
	 * none of it
	 * @throws org.springframework.dao.DataAccessException if the database refuses a query
	 */
	public RecallReport measure(RecallOptions options) {
		return measurement(options).run();
	}

	RecallMeasurement measurement(RecallOptions options) {
		VectorColumn declared = (options.column() != null) ? this.table.vector(options.column())
				: this.table.embedding();
		VectorColumn column = resolve(declared);
		this.actualColumns.put(column.name(), column);
		return new RecallMeasurement(column, this.repository, this.connections, this.tenants.current(), options,
				this.nanoTime);
	}

	private VectorColumn resolve(VectorColumn declared) {
		try (Connection connection = this.dataSource.getConnection()) {
			return ActualIndexes.resolve(connection, this.table, declared);
		}
		catch (SQLException ex) {
			throw this.connections.translate("Look for the index of a column", "", ex);
		}
	}

}
