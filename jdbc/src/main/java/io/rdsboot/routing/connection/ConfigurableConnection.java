package io.rdsboot.routing.connection;

import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;

import io.rdsboot.routing.physical.ConnectionSettings;
import io.rdsboot.routing.physical.ConnectionSource;
import io.rdsboot.routing.physical.HeldConnection;
import io.rdsboot.routing.physical.PhysicalConnections;
import org.jspecify.annotations.Nullable;

/**
 * Connection whose settings hold for every physical connection behind it: what is set is
 * set on the one that is there, if there is one, and remembered for those that follow.
 * Not thread-safe.
 */
abstract class ConfigurableConnection extends DelegatingConnection {

	final ConnectionSource connections;

	/**
	 * The physical connections behind this one.
	 */
	final PhysicalConnections physical;

	ConfigurableConnection(ConnectionSource connections, boolean autoCommit, boolean queriesAreReads) {
		this.connections = connections;
		this.physical = new PhysicalConnections(this, connections, autoCommit, queriesAreReads);
	}

	/**
	 * Set the isolation level. No reader can be serializable: such a transaction goes to
	 * the writer.
	 */
	@Override
	public void setTransactionIsolation(int level) throws SQLException {
		HeldConnection present = this.physical.peek();
		ConnectionSettings.checkIsolation(level);
		if (present != null) {
			if (level == TRANSACTION_SERIALIZABLE && present.isReading() && present.isDispensable()) {
				this.physical.move(present);
			}
			else {
				present.physical().setTransactionIsolation(level);
			}
		}
		this.physical.caller().settings().isolation(level);
	}

	/**
	 * Return the isolation level. Before a physical connection is borrowed, that is the
	 * level of the pool that one would come from, which borrows to ask if nobody has
	 * asked before. What was answered then holds, wherever the connection comes from.
	 */
	@Override
	public int getTransactionIsolation() throws SQLException {
		HeldConnection present = this.physical.peek();
		if (present != null) {
			return present.physical().getTransactionIsolation();
		}
		Integer level = this.physical.caller().isolation();
		if (level != null) {
			return level;
		}
		level = this.connections.defaultIsolation(this.physical.caller().readOnly());
		int answer = (level != null) ? level : this.connections.isolations().of(this.physical.ask());
		this.physical.caller().settings().answeredIsolation(answer, this.physical.caller().readOnly());
		return answer;
	}

	@Override
	public void setSchema(@Nullable String schema) throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		if (present != null) {
			present.setSchema(schema);
		}
		this.physical.caller().settings().schema(schema);
	}

	@Override
	public @Nullable String getSchema() throws SQLException {
		return this.physical.ask().getSchema();
	}

	/**
	 * Set what {@link #getCatalog()} answers, which is all that pgjdbc does with it.
	 */
	@Override
	public void setCatalog(@Nullable String catalog) throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		if (present != null) {
			present.physical().setCatalog(catalog);
		}
		this.physical.caller().settings().catalog(catalog);
	}

	@Override
	public @Nullable String getCatalog() throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		if (present != null) {
			return present.physical().getCatalog();
		}
		String set = this.physical.caller().catalog();
		return (set != null) ? set : this.connections.facts().catalog(this.physical::ask);
	}

	@Override
	public void setHoldability(int holdability) throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		if (present != null) {
			present.setHoldability(holdability);
		}
		this.physical.caller().settings().holdability(holdability);
	}

	@Override
	public int getHoldability() throws SQLException {
		return this.physical.ask().getHoldability();
	}

	@Override
	public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		if (present != null) {
			present.setTypeMap(map);
		}
		this.physical.caller().settings().typeMap(map);
	}

	@Override
	public Map<String, Class<?>> getTypeMap() throws SQLException {
		return this.physical.ask().getTypeMap();
	}

	@Override
	public void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
		HeldConnection present = this.physical.present();
		if (present != null) {
			present.setClientInfo(name, value);
		}
		this.physical.caller().settings().clientInfo(name, value);
	}

	@Override
	public void setClientInfo(Properties properties) throws SQLClientInfoException {
		for (String name : properties.stringPropertyNames()) {
			setClientInfo(name, properties.getProperty(name));
		}
	}

	@Override
	public @Nullable String getClientInfo(String name) throws SQLException {
		return this.physical.ask().getClientInfo(name);
	}

	@Override
	public Properties getClientInfo() throws SQLException {
		return this.physical.ask().getClientInfo();
	}

	@Override
	public void setNetworkTimeout(@Nullable Executor executor, int milliseconds) throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		if (present != null) {
			present.physical().setNetworkTimeout(executor, milliseconds);
		}
		this.physical.caller().settings().networkTimeout(executor, milliseconds);
	}

	@Override
	public int getNetworkTimeout() throws SQLException {
		return this.physical.ask().getNetworkTimeout();
	}

	@Override
	public String nativeSQL(String sql) throws SQLException {
		return this.physical.ask().nativeSQL(sql);
	}

	@Override
	public @Nullable SQLWarning getWarnings() throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		return (present != null) ? present.physical().getWarnings() : null;
	}

	@Override
	public void clearWarnings() throws SQLException {
		this.physical.checkOpen();
		HeldConnection present = this.physical.present();
		if (present != null) {
			present.physical().clearWarnings();
		}
	}

}
