package io.rdsboot.move;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.rdsboot.credentials.DatabaseCredentials;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * One of the two databases of a move, and how the server of the other one reaches it to
 * replicate. Immutable and thread-safe.
 *
 * @see #builder(Side, DataSource)
 */
public final class MoveDatabase {

	/**
	 * Schema in both databases that the move keeps its own tables in. It is never copied
	 * or compared.
	 */
	public static final String SCHEMA = "rds_move";

	private final Side side;

	private final DataSource dataSource;

	private final Map<String, String> connection;

	private final Supplier<DatabaseCredentials> login;

	private final Supplier<String> application;

	private MoveDatabase(Builder builder, Supplier<DatabaseCredentials> login) {
		this.side = builder.side;
		this.dataSource = builder.dataSource;
		this.connection = Map.copyOf(builder.connection);
		this.login = login;
		this.application = (builder.application != null) ? builder.application : () -> login.get().username();
	}

	/**
	 * Begin with a database of a move. By default the other server connects with
	 * {@code sslmode=require}, and gives up on a connection after 10 seconds.
	 * @param side which of the two it is
	 * @param dataSource opens a new connection of the login that moves for each call, to
	 * the writer itself
	 */
	public static Builder builder(Side side, DataSource dataSource) {
		return new Builder(side, dataSource);
	}

	/**
	 * Return which of the two it is.
	 */
	public Side side() {
		return this.side;
	}

	/**
	 * Return where connections of the login that moves come from.
	 */
	public DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Return the name of the database.
	 */
	public String database() {
		return parameter("dbname");
	}

	/**
	 * Return the connection string that the other server subscribes with. It has the
	 * password of the moment.
	 */
	@API(status = API.Status.INTERNAL)
	public String connectionString() {
		DatabaseCredentials credentials = login();
		Map<String, String> parameters = new HashMap<>(this.connection);
		parameters.put("user", credentials.username());
		parameters.put("password", credentials.password());
		return parameters.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey())
			.map((entry) -> "%s='%s'".formatted(entry.getKey(),
					entry.getValue().replace("\\", "\\\\").replace("'", "\\'")))
			.collect(Collectors.joining(" "));
	}

	/**
	 * Return the login that the other server replicates with, as it is at the moment.
	 */
	@API(status = API.Status.INTERNAL)
	public DatabaseCredentials login() {
		return this.login.get();
	}

	/**
	 * Return the role that the application logs in with, as it is at the moment.
	 */
	@API(status = API.Status.INTERNAL)
	public String application() {
		return this.application.get();
	}

	/**
	 * Return a parameter of that connection, other than the login.
	 * @param name parameter of libpq, such as {@code host}
	 */
	@API(status = API.Status.INTERNAL)
	public String parameter(String name) {
		return Objects.requireNonNull(this.connection.get(name), name);
	}

	/**
	 * Return side and address, without the login.
	 */
	@Override
	public String toString() {
		return "%s %s:%s/%s".formatted(this.side, parameter("host"), parameter("port"), database());
	}

	/**
	 * Builder of a {@link MoveDatabase}. Not thread-safe.
	 */
	public static final class Builder {

		private final Side side;

		private final DataSource dataSource;

		private final Map<String, String> connection = new LinkedHashMap<>();

		private @Nullable Supplier<DatabaseCredentials> login;

		private @Nullable Supplier<String> application;

		private Builder(Side side, DataSource dataSource) {
			this.side = Objects.requireNonNull(side, "side must not be null");
			this.dataSource = Objects.requireNonNull(dataSource, "dataSource must not be null");
			this.connection.put("sslmode", "require");
			this.connection.put("connect_timeout", "10");
			this.connection.put("port", "5432");
		}

		/**
		 * Set where the other server reaches this one: the writer's address, of no
		 * pooler.
		 * @param host name or address, as the other server resolves it
		 * @param port the port
		 * @return this
		 */
		public Builder address(String host, int port) {
			if (host.isBlank() || port < 1 || port > 65_535) {
				throw new IllegalArgumentException(
						"The address of the %s is '%s:%d', and must have a host and a port from 1 to 65535"
							.formatted(this.side, host, port));
			}
			this.connection.put("host", host);
			this.connection.put("port", String.valueOf(port));
			return this;
		}

		/**
		 * Set the name of the database.
		 * @param name the name
		 * @return this
		 */
		public Builder database(String name) {
			this.connection.put("dbname", name);
			return this;
		}

		/**
		 * Set the login that the other server replicates with. It is stored in the
		 * catalog of that server, where superusers can read it.
		 * @param username a role that may replicate
		 * @param password its password
		 * @return this
		 */
		public Builder login(String username, String password) {
			DatabaseCredentials credentials = new DatabaseCredentials(username, password);
			return login(() -> credentials);
		}

		/**
		 * Set a login that changes, such as one whose password is rotated. Once another
		 * password is returned, the other server is told within some seconds.
		 * @param login asked each time that the login is needed, by several threads;
		 * answers from memory. Its password must be valid for more than some minutes,
		 * which that of an IAM token is not: the other server connects again at any time
		 * @return this
		 */
		public Builder login(Supplier<DatabaseCredentials> login) {
			this.login = login;
			return this;
		}

		/**
		 * Set the role that the application logs in with, by default the one that moves.
		 * Writes are not switched to this side while the role lacks a privilege here that
		 * it has on the other side.
		 * @param role asked for the role's name each time that it is needed; answers from
		 * memory
		 * @return this
		 */
		public Builder application(Supplier<String> role) {
			this.application = role;
			return this;
		}

		/**
		 * Set a parameter of the other server's connection.
		 * @param name parameter of libpq, such as {@code sslmode} or {@code sslrootcert}
		 * @param value its value, which the other server understands: a path is one on
		 * that server
		 * @return this
		 */
		public Builder parameter(String name, String value) {
			this.connection.put(name, value);
			return this;
		}

		/**
		 * Build the database.
		 * @throws IllegalStateException if address, database or login are missing
		 */
		public MoveDatabase build() {
			for (String required : new String[] { "host", "dbname" }) {
				if (!this.connection.containsKey(required)) {
					throw missing(required);
				}
			}
			if (this.login == null) {
				throw missing("login");
			}
			return new MoveDatabase(this, this.login);
		}

		private IllegalStateException missing(String required) {
			return new IllegalStateException(
					"The %s has no '%s' for the other server to connect with: call address, database and login"
						.formatted(this.side, required));
		}

	}

}
