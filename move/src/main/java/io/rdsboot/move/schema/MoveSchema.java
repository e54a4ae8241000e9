package io.rdsboot.move.schema;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step of a move that brings the source's schema to the target: by the application's own
 * migrations, or else by PostgreSQL's {@code pg_dump} and {@code psql}. Changes nothing
 * on a target that has tables already. Thread-safe.
 *
 * @see #builder(MoveDatabase, MoveDatabase)
 */
public final class MoveSchema {

	private static final Logger logger = LoggerFactory.getLogger(MoveSchema.class);

	private static final Duration LIMIT = Duration.ofMinutes(1);

	private static final Duration PROGRAM_LIMIT = Duration.ofMinutes(10);

	private static final int FIRST_WITH_TRANSACTION_TIMEOUT = 17;

	private final MoveDatabase source;

	private final MoveDatabase target;

	private final @Nullable Callable<?> migration;

	private final List<Path> programs;

	private final boolean owners;

	private MoveSchema(Builder builder) {
		this.source = builder.source;
		this.target = builder.target;
		this.migration = builder.migration;
		this.programs = builder.programs;
		this.owners = builder.owners;
	}

	/**
	 * Begin with the two databases. By default the schema comes by {@code pg_dump}, with
	 * its owners and privileges; each query may take a minute, and each program ten.
	 * @param source where the schema comes from
	 * @param target where it goes to
	 */
	public static Builder builder(MoveDatabase source, MoveDatabase target) {
		return new Builder(source, target);
	}

	/**
	 * Bring the schema, unless the target has tables, and compare. May be repeated.
	 * @return what the two sides do not have alike after that
	 * @throws SchemaNotBroughtException if it cannot be brought, with what to do instead
	 */
	public List<SchemaDifference> bring() throws SQLException {
		if (this.migration != null) {
			migrate(this.migration);
			createIndexes();
		}
		else if (!hasTables(this.target)) {
			copy();
		}
		return compare();
	}

	/**
	 * Compare the two sides.
	 * @return what they do not have alike, in the order in which it can be mended
	 */
	public List<SchemaDifference> compare() throws SQLException {
		return SchemaComparison.differences(this.source, this.target, LIMIT);
	}

	private static boolean hasTables(MoveDatabase database) throws SQLException {
		try (MoveSession session = MoveSession.open(database, LIMIT)) {
			return session.exists("""
					SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
					WHERE c.relkind IN ('r', 'p') AND %s AND %s LIMIT 1""".formatted(MoveTables.APPLICATION_SCHEMA,
					MoveTables.OF_NO_EXTENSION));
		}
	}

	private void migrate(Callable<?> migration) {
		try {
			migration.call();
		}
		catch (Exception ex) {
			if (ex instanceof InterruptedException) {
				Thread.currentThread().interrupt();
			}
			throw new SchemaNotBroughtException("The migration of the %s failed: %s".formatted(this.target, ex), ex);
		}
	}

	/**
	 * Indexes that the application makes once it runs, such as those of vectors, are in
	 * none of its migrations. They are made while the tables are empty, and the copy
	 * builds them after the rows. One that cannot be made stays a difference.
	 */
	private void createIndexes() throws SQLException {
		List<SchemaDifference> missing = compare().stream()
			.filter((each) -> each.kind() == SchemaDifference.Kind.INDEX && each.side() == Side.SOURCE)
			.toList();
		try (MoveSession inTarget = MoveSession.open(this.target, LIMIT)) {
			for (SchemaDifference each : missing) {
				try {
					inTarget.execute(Objects.requireNonNull(each.statement()));
				}
				catch (SQLException ex) {
					logger.debug("Cannot make index {} on the {}", each.name(), this.target, ex);
				}
			}
		}
	}

	private void copy() throws SQLException {
		try (MoveSession inSource = MoveSession.open(this.source, LIMIT);
				MoveSession inTarget = MoveSession.open(this.target, LIMIT)) {
			List<String> arguments = arguments(inSource);
			SchemaPrograms found = SchemaPrograms.find(this.programs, inSource.version(), inTarget.version())
				.orElseThrow(() -> new SchemaNotBroughtException(
						"There are no pg_dump and psql of version %d or later here to bring the schema with. Run where they are: %s"
							.formatted(inSource.version(), command(arguments)),
						null));
			if (this.owners) {
				requireOwners(inSource, inTarget);
			}
			createExtensions(inSource, inTarget);
			try {
				found.execute(this.target,
						mended(found.dump(this.source, arguments, PROGRAM_LIMIT), inTarget.version()), PROGRAM_LIMIT);
			}
			catch (IOException ex) {
				throw new SchemaNotBroughtException(
						"The schema could not be brought, and the target is as it was. %s".formatted(ex.getMessage()),
						ex);
			}
			MigrationHistory.copy(inSource, inTarget);
		}
	}

	/**
	 * A list of schemas, rather than all, leaves out what belongs to the database or its
	 * provider: event triggers, publications, extensions and their comments.
	 */
	private List<String> arguments(MoveSession inSource) throws SQLException {
		Stream<String> schemas = inSource
			.texts("SELECT n.nspname FROM pg_namespace n WHERE %s ORDER BY 1".formatted(MoveTables.APPLICATION_SCHEMA))
			.stream()
			.map((schema) -> "--schema=\"%s\"".formatted(schema.replace("\"", "\"\"")));
		return Stream
			.of(Stream.of("--schema-only"),
					this.owners ? Stream.<String>empty() : Stream.of("--no-owner", "--no-privileges"), schemas)
			.flatMap((each) -> each)
			.toList();
	}

	/**
	 * A schema that is listed is created, also where each database has it. Newer programs
	 * begin with settings that older servers do not have.
	 */
	private static String mended(String dump, int version) {
		String mended = dump.replaceAll("(?m)^CREATE SCHEMA ", "CREATE SCHEMA IF NOT EXISTS ");
		return (version < FIRST_WITH_TRANSACTION_TIMEOUT) ? mended.replaceAll("(?m)^SET transaction_timeout = .*$", "")
				: mended;
	}

	private String command(List<String> arguments) {
		return "pg_dump %s \"%s\" | sed 's/^CREATE SCHEMA /CREATE SCHEMA IF NOT EXISTS /' | psql --single-transaction --set=ON_ERROR_STOP=1 \"%s\""
			.formatted(arguments.stream().map((argument) -> "'" + argument + "'").collect(Collectors.joining(" ")),
					url(this.source), url(this.target));
	}

	private static String url(MoveDatabase database) {
		return "host=%s port=%s dbname=%s user=%s sslmode=%s".formatted(database.parameter("host"),
				database.parameter("port"), database.parameter("dbname"), database.login().username(),
				database.parameter("sslmode"));
	}

	private void requireOwners(MoveSession inSource, MoveSession inTarget) throws SQLException {
		List<String> there = inTarget.texts("SELECT rolname FROM pg_roles");
		List<String> missing = inSource.texts("""
				SELECT DISTINCT r.rolname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				JOIN pg_roles r ON r.oid = c.relowner OR r.oid IN (SELECT grantee FROM aclexplode(c.relacl))
				WHERE %s AND %s ORDER BY 1""".formatted(MoveTables.APPLICATION_SCHEMA, MoveTables.OF_NO_EXTENSION))
			.stream()
			.filter((role) -> !there.contains(role))
			.toList();
		if (!missing.isEmpty()) {
			throw new SchemaNotBroughtException(
					"Tables of the source belong to roles, or are granted to roles, that the target does not have: %s. Create them, or bring the schema without owners"
						.formatted(String.join(", ", missing)),
					null);
		}
	}

	private static void createExtensions(MoveSession inSource, MoveSession inTarget) throws SQLException {
		List<String> there = inTarget.texts("SELECT extname FROM pg_extension");
		for (String[] extension : inSource.rows("""
				SELECT e.extname, format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname),
					format('CREATE EXTENSION %I WITH SCHEMA %I', e.extname, n.nspname)
				FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'""",
				(row) -> new String[] { row.getString(1), row.getString(2), row.getString(3) })) {
			if (!there.contains(extension[0])) {
				try {
					if (!extension[1].contains("pg_catalog")) {
						inTarget.execute(extension[1]);
					}
					inTarget.execute(extension[2]);
				}
				catch (SQLException ex) {
					throw new SchemaNotBroughtException(
							"The target does not let its login create the extension '%s': %s. Create it with a login that may: %s"
								.formatted(extension[0], ex.getMessage(), extension[2]),
							ex);
				}
			}
		}
	}

	/**
	 * Builder of a {@link MoveSchema}. Not thread-safe.
	 */
	public static final class Builder {

		private final MoveDatabase source;

		private final MoveDatabase target;

		private @Nullable Callable<?> migration;

		private List<Path> programs = SchemaPrograms.usualDirectories();

		private boolean owners = true;

		private Builder(MoveDatabase source, MoveDatabase target) {
			this.source = Objects.requireNonNull(source, "source must not be null");
			this.target = Objects.requireNonNull(target, "target must not be null");
		}

		/**
		 * Let the application's migrations make the schema, each time that it is to be
		 * brought.
		 * @param migration migrates the target with the login that owns the tables there,
		 * such as {@code flyway::migrate}
		 * @return this
		 */
		public Builder migration(Callable<?> migration) {
			this.migration = migration;
			return this;
		}

		/**
		 * Set the directory that {@code pg_dump} and {@code psql} are in. By default they
		 * are looked for on the path and where packages put them.
		 * @param directory the directory
		 * @return this
		 */
		public Builder programs(Path directory) {
			this.programs = List.of(directory);
			return this;
		}

		/**
		 * Let the target's login own all tables, and bring no privileges.
		 * @return this
		 */
		public Builder withoutOwners() {
			this.owners = false;
			return this;
		}

		/**
		 * Build the step.
		 */
		public MoveSchema build() {
			return new MoveSchema(this);
		}

	}

}
