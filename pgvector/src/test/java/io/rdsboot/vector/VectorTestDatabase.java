package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.vector.jdbc.sql.KeyValues;
import io.rdsboot.vector.jdbc.sql.MetadataCodec;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorExpressions;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorCodec;
import io.rdsboot.vector.type.VectorValue;

import org.springframework.jdbc.core.JdbcTemplate;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Databases of a test class's own on a shared cluster, reached as its administrator.
 */
public final class VectorTestDatabase {

	private static final AtomicInteger COUNTER = new AtomicInteger();

	private VectorTestDatabase() {
	}

	/**
	 * Create an empty database and return a pool for it.
	 */
	public static HikariDataSource create(LocalRdsCluster cluster) {
		String name = "vector_" + COUNTER.incrementAndGet();
		try (HikariDataSource postgres = pool(cluster.writer(), "postgres")) {
			JdbcTemplate jdbc = new JdbcTemplate(postgres);
			jdbc.execute("CREATE DATABASE " + name);
			// A plan is dear where a test forbids all others, and PostgreSQL would
			// compile it, which takes longer than to execute it.
			jdbc.execute("ALTER DATABASE " + name + " SET jit = off");
		}
		return pool(cluster.writer(), name);
	}

	/**
	 * Create a database that has the extension, and return a pool for it.
	 */
	public static HikariDataSource createWithExtension(LocalRdsCluster cluster) {
		HikariDataSource dataSource = create(cluster);
		new JdbcTemplate(dataSource).execute("CREATE EXTENSION vector");
		return dataSource;
	}

	/**
	 * Return a pool for the same database that reaches it as the application's role,
	 * which is no superuser but may create tables.
	 */
	public static HikariDataSource asOrdinaryRole(LocalRdsCluster cluster, HikariDataSource database) {
		new JdbcTemplate(database).execute("GRANT ALL ON SCHEMA public TO " + cluster.username());
		return asRole(cluster.username(), cluster.password(), database);
	}

	/**
	 * Return a pool for the same database that reaches it as another role.
	 */
	static HikariDataSource asRole(String role, String password, HikariDataSource database) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(database.getJdbcUrl());
		config.setUsername(role);
		config.setPassword(password);
		config.setMinimumIdle(0);
		return new HikariDataSource(config);
	}

	/**
	 * Create a table as it is declared, without indexes but the primary key.
	 */
	public static void createTable(JdbcTemplate jdbc, VectorTable table) {
		List<String> columns = new ArrayList<>();
		columns.add(VectorTable.quote(table.idColumn()) + " " + table.idType().sqlType() + " PRIMARY KEY");
		for (VectorColumn column : table.vectors()) {
			columns.add(VectorTable.quote(column.name()) + " " + new VectorExpressions(table, column).columnType());
		}
		if (table.contentColumn() != null) {
			columns.add(VectorTable.quote(table.contentColumn()) + " text");
		}
		if (table.metadataColumn() != null) {
			columns.add(VectorTable.quote(table.metadataColumn()) + " jsonb NOT NULL");
		}
		table.typedKeys().forEach((key) -> columns.add(VectorTable.quote(key.column()) + " " + key.type().sqlType()));
		jdbc.execute("CREATE TABLE %s (%s)".formatted(table.quotedName(), String.join(", ", columns)));
	}

	/**
	 * Return all records of a table in the order of their ids. Vectors are read as text,
	 * so that what was written in binary is understood by another way.
	 */
	static <ID> List<VectorRecord<ID>> readAll(JdbcTemplate jdbc, VectorTable table, Class<ID> idClass) {
		MetadataCodec codec = new MetadataCodec();
		String vectors = table.vectors()
			.stream()
			.map((column) -> "t.%s::text AS %1$s".formatted(VectorTable.quote(column.name())))
			.collect(Collectors.joining(", "));
		return jdbc.query("SELECT t.*, %s FROM %s t ORDER BY t.%s".formatted(vectors.replaceAll("AS \"", "AS \"text "),
				table.quotedName(), VectorTable.quote(table.idColumn())), (row, number) -> {
					Map<String, Object> metadata = (table.metadataColumn() != null)
							? new LinkedHashMap<>(codec.read(row.getString(table.metadataColumn())))
							: new LinkedHashMap<>();
					for (MetadataColumn key : table.typedKeys()) {
						Object value = KeyValues.read(row, row.findColumn(key.column()), key.type());
						if (value != null) {
							metadata.put(key.key(), value);
						}
					}
					Map<String, VectorValue> further = new LinkedHashMap<>();
					for (VectorColumn column : table.vectors()) {
						String text = row.getString("text " + column.name());
						if (text != null) {
							further.put(column.name(), VectorCodec.decode(column.type(), text.getBytes(UTF_8)));
						}
					}
					VectorValue embedding = Objects.requireNonNull(further.remove(table.embedding().name()));
					return new VectorRecord<>(idClass.cast(row.getObject(table.idColumn())), embedding,
							(table.contentColumn() != null) ? row.getString(table.contentColumn()) : null, metadata,
							further);
				});
	}

	private static HikariDataSource pool(LocalRdsInstance instance, String database) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl("jdbc:postgresql://%s:%d/%s".formatted(instance.host(), instance.port(), database));
		config.setUsername(instance.adminUsername());
		config.setPassword(instance.adminPassword());
		config.setMinimumIdle(0);
		return new HikariDataSource(config);
	}

}
