package io.rdsboot.routing.connection;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;

import io.rdsboot.routing.physical.HeldConnection;
import org.jspecify.annotations.Nullable;

/**
 * Prepared statement that passes its parameters on to another one. Not thread-safe.
 */
abstract class DelegatingPreparedStatement extends RoutedStatement implements PreparedStatement {

	private final PreparedStatement prepared;

	DelegatingPreparedStatement(RoutedConnection connection, HeldConnection held, PreparedStatement target) {
		super(connection, held, target);
		this.prepared = target;
	}

	/**
	 * Return the statement to pass on to.
	 */
	final PreparedStatement prepared() {
		return this.prepared;
	}

	@Override
	public void setNull(int parameterIndex, int sqlType) throws SQLException {
		this.prepared.setNull(parameterIndex, sqlType);
	}

	@Override
	public void setBoolean(int parameterIndex, boolean x) throws SQLException {
		this.prepared.setBoolean(parameterIndex, x);
	}

	@Override
	public void setByte(int parameterIndex, byte x) throws SQLException {
		this.prepared.setByte(parameterIndex, x);
	}

	@Override
	public void setShort(int parameterIndex, short x) throws SQLException {
		this.prepared.setShort(parameterIndex, x);
	}

	@Override
	public void setInt(int parameterIndex, int x) throws SQLException {
		this.prepared.setInt(parameterIndex, x);
	}

	@Override
	public void setLong(int parameterIndex, long x) throws SQLException {
		this.prepared.setLong(parameterIndex, x);
	}

	@Override
	public void setFloat(int parameterIndex, float x) throws SQLException {
		this.prepared.setFloat(parameterIndex, x);
	}

	@Override
	public void setDouble(int parameterIndex, double x) throws SQLException {
		this.prepared.setDouble(parameterIndex, x);
	}

	@Override
	public void setBigDecimal(int parameterIndex, @Nullable BigDecimal x) throws SQLException {
		this.prepared.setBigDecimal(parameterIndex, x);
	}

	@Override
	public void setBytes(int parameterIndex, byte @Nullable [] x) throws SQLException {
		this.prepared.setBytes(parameterIndex, x);
	}

	@Override
	public void setDate(int parameterIndex, @Nullable Date x) throws SQLException {
		this.prepared.setDate(parameterIndex, x);
	}

	@Override
	public void setTime(int parameterIndex, @Nullable Time x) throws SQLException {
		this.prepared.setTime(parameterIndex, x);
	}

	@Override
	public void setTimestamp(int parameterIndex, @Nullable Timestamp x) throws SQLException {
		this.prepared.setTimestamp(parameterIndex, x);
	}

	@Override
	public void setAsciiStream(int parameterIndex, @Nullable InputStream x, int length) throws SQLException {
		this.prepared.setAsciiStream(parameterIndex, x, length);
	}

	@Override
	@Deprecated
	@SuppressWarnings("deprecation")
	public void setUnicodeStream(int parameterIndex, @Nullable InputStream x, int length) throws SQLException {
		this.prepared.setUnicodeStream(parameterIndex, x, length);
	}

	@Override
	public void setBinaryStream(int parameterIndex, @Nullable InputStream x, int length) throws SQLException {
		this.prepared.setBinaryStream(parameterIndex, x, length);
	}

	@Override
	public void clearParameters() throws SQLException {
		this.prepared.clearParameters();
	}

	@Override
	public void setCharacterStream(int parameterIndex, @Nullable Reader reader, int length) throws SQLException {
		this.prepared.setCharacterStream(parameterIndex, reader, length);
	}

	@Override
	public void setRef(int parameterIndex, @Nullable Ref x) throws SQLException {
		this.prepared.setRef(parameterIndex, x);
	}

	@Override
	public void setBlob(int parameterIndex, @Nullable Blob x) throws SQLException {
		this.prepared.setBlob(parameterIndex, x);
	}

	@Override
	public void setClob(int parameterIndex, @Nullable Clob x) throws SQLException {
		this.prepared.setClob(parameterIndex, x);
	}

	@Override
	public @Nullable ResultSetMetaData getMetaData() throws SQLException {
		return this.prepared.getMetaData();
	}

	@Override
	public void setDate(int parameterIndex, @Nullable Date x, @Nullable Calendar cal) throws SQLException {
		this.prepared.setDate(parameterIndex, x, cal);
	}

	@Override
	public void setTime(int parameterIndex, @Nullable Time x, @Nullable Calendar cal) throws SQLException {
		this.prepared.setTime(parameterIndex, x, cal);
	}

	@Override
	public void setTimestamp(int parameterIndex, @Nullable Timestamp x, @Nullable Calendar cal) throws SQLException {
		this.prepared.setTimestamp(parameterIndex, x, cal);
	}

	@Override
	public void setNull(int parameterIndex, int sqlType, String typeName) throws SQLException {
		this.prepared.setNull(parameterIndex, sqlType, typeName);
	}

	@Override
	public void setURL(int parameterIndex, @Nullable URL x) throws SQLException {
		this.prepared.setURL(parameterIndex, x);
	}

	@Override
	public ParameterMetaData getParameterMetaData() throws SQLException {
		return this.prepared.getParameterMetaData();
	}

	@Override
	public void setRowId(int parameterIndex, @Nullable RowId x) throws SQLException {
		this.prepared.setRowId(parameterIndex, x);
	}

	@Override
	public void setNString(int parameterIndex, @Nullable String value) throws SQLException {
		this.prepared.setNString(parameterIndex, value);
	}

	@Override
	public void setNCharacterStream(int parameterIndex, @Nullable Reader value, long length) throws SQLException {
		this.prepared.setNCharacterStream(parameterIndex, value, length);
	}

	@Override
	public void setNClob(int parameterIndex, @Nullable NClob value) throws SQLException {
		this.prepared.setNClob(parameterIndex, value);
	}

	@Override
	public void setClob(int parameterIndex, @Nullable Reader reader, long length) throws SQLException {
		this.prepared.setClob(parameterIndex, reader, length);
	}

	@Override
	public void setBlob(int parameterIndex, @Nullable InputStream inputStream, long length) throws SQLException {
		this.prepared.setBlob(parameterIndex, inputStream, length);
	}

	@Override
	public void setNClob(int parameterIndex, @Nullable Reader reader, long length) throws SQLException {
		this.prepared.setNClob(parameterIndex, reader, length);
	}

	@Override
	public void setSQLXML(int parameterIndex, @Nullable SQLXML xmlObject) throws SQLException {
		this.prepared.setSQLXML(parameterIndex, xmlObject);
	}

	@Override
	public void setAsciiStream(int parameterIndex, @Nullable InputStream x, long length) throws SQLException {
		this.prepared.setAsciiStream(parameterIndex, x, length);
	}

	@Override
	public void setBinaryStream(int parameterIndex, @Nullable InputStream x, long length) throws SQLException {
		this.prepared.setBinaryStream(parameterIndex, x, length);
	}

	@Override
	public void setCharacterStream(int parameterIndex, @Nullable Reader reader, long length) throws SQLException {
		this.prepared.setCharacterStream(parameterIndex, reader, length);
	}

	@Override
	public void setAsciiStream(int parameterIndex, @Nullable InputStream x) throws SQLException {
		this.prepared.setAsciiStream(parameterIndex, x);
	}

	@Override
	public void setBinaryStream(int parameterIndex, @Nullable InputStream x) throws SQLException {
		this.prepared.setBinaryStream(parameterIndex, x);
	}

	@Override
	public void setCharacterStream(int parameterIndex, @Nullable Reader reader) throws SQLException {
		this.prepared.setCharacterStream(parameterIndex, reader);
	}

	@Override
	public void setNCharacterStream(int parameterIndex, @Nullable Reader value) throws SQLException {
		this.prepared.setNCharacterStream(parameterIndex, value);
	}

	@Override
	public void setClob(int parameterIndex, @Nullable Reader reader) throws SQLException {
		this.prepared.setClob(parameterIndex, reader);
	}

	@Override
	public void setBlob(int parameterIndex, @Nullable InputStream inputStream) throws SQLException {
		this.prepared.setBlob(parameterIndex, inputStream);
	}

	@Override
	public void setNClob(int parameterIndex, @Nullable Reader reader) throws SQLException {
		this.prepared.setNClob(parameterIndex, reader);
	}

}
