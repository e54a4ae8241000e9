package io.rdsboot.routing.connection;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;

import org.jspecify.annotations.Nullable;

/**
 * Result set that passes each call on to another one, and decides nothing: each of the
 * more than 170 methods of JDBC's interface is a line here, and subclasses override what
 * they change. A {@link java.lang.reflect.Proxy} would be shorter, but would box and
 * reflect for each value of each row, and would need a hint in native images. Not
 * thread-safe.
 */
abstract class DelegatingResultSet implements ResultSet {

	private final ResultSet target;

	DelegatingResultSet(ResultSet target) {
		this.target = target;
	}

	/**
	 * Return the result set to pass on to.
	 */
	final ResultSet target() {
		return this.target;
	}

	@Override
	public boolean next() throws SQLException {
		return this.target.next();
	}

	@Override
	public boolean wasNull() throws SQLException {
		return this.target.wasNull();
	}

	@Override
	public @Nullable String getString(int columnIndex) throws SQLException {
		return this.target.getString(columnIndex);
	}

	@Override
	public boolean getBoolean(int columnIndex) throws SQLException {
		return this.target.getBoolean(columnIndex);
	}

	@Override
	public byte getByte(int columnIndex) throws SQLException {
		return this.target.getByte(columnIndex);
	}

	@Override
	public short getShort(int columnIndex) throws SQLException {
		return this.target.getShort(columnIndex);
	}

	@Override
	public int getInt(int columnIndex) throws SQLException {
		return this.target.getInt(columnIndex);
	}

	@Override
	public long getLong(int columnIndex) throws SQLException {
		return this.target.getLong(columnIndex);
	}

	@Override
	public float getFloat(int columnIndex) throws SQLException {
		return this.target.getFloat(columnIndex);
	}

	@Override
	public double getDouble(int columnIndex) throws SQLException {
		return this.target.getDouble(columnIndex);
	}

	@Override
	@Deprecated
	@SuppressWarnings("deprecation")
	public @Nullable BigDecimal getBigDecimal(int columnIndex, int scale) throws SQLException {
		return this.target.getBigDecimal(columnIndex, scale);
	}

	@Override
	public byte @Nullable [] getBytes(int columnIndex) throws SQLException {
		return this.target.getBytes(columnIndex);
	}

	@Override
	public @Nullable Date getDate(int columnIndex) throws SQLException {
		return this.target.getDate(columnIndex);
	}

	@Override
	public @Nullable Time getTime(int columnIndex) throws SQLException {
		return this.target.getTime(columnIndex);
	}

	@Override
	public @Nullable Timestamp getTimestamp(int columnIndex) throws SQLException {
		return this.target.getTimestamp(columnIndex);
	}

	@Override
	public @Nullable InputStream getAsciiStream(int columnIndex) throws SQLException {
		return this.target.getAsciiStream(columnIndex);
	}

	@Override
	@Deprecated
	@SuppressWarnings("deprecation")
	public @Nullable InputStream getUnicodeStream(int columnIndex) throws SQLException {
		return this.target.getUnicodeStream(columnIndex);
	}

	@Override
	public @Nullable InputStream getBinaryStream(int columnIndex) throws SQLException {
		return this.target.getBinaryStream(columnIndex);
	}

	@Override
	public @Nullable String getString(String columnLabel) throws SQLException {
		return this.target.getString(columnLabel);
	}

	@Override
	public boolean getBoolean(String columnLabel) throws SQLException {
		return this.target.getBoolean(columnLabel);
	}

	@Override
	public byte getByte(String columnLabel) throws SQLException {
		return this.target.getByte(columnLabel);
	}

	@Override
	public short getShort(String columnLabel) throws SQLException {
		return this.target.getShort(columnLabel);
	}

	@Override
	public int getInt(String columnLabel) throws SQLException {
		return this.target.getInt(columnLabel);
	}

	@Override
	public long getLong(String columnLabel) throws SQLException {
		return this.target.getLong(columnLabel);
	}

	@Override
	public float getFloat(String columnLabel) throws SQLException {
		return this.target.getFloat(columnLabel);
	}

	@Override
	public double getDouble(String columnLabel) throws SQLException {
		return this.target.getDouble(columnLabel);
	}

	@Override
	@Deprecated
	@SuppressWarnings("deprecation")
	public @Nullable BigDecimal getBigDecimal(String columnLabel, int scale) throws SQLException {
		return this.target.getBigDecimal(columnLabel, scale);
	}

	@Override
	public byte @Nullable [] getBytes(String columnLabel) throws SQLException {
		return this.target.getBytes(columnLabel);
	}

	@Override
	public @Nullable Date getDate(String columnLabel) throws SQLException {
		return this.target.getDate(columnLabel);
	}

	@Override
	public @Nullable Time getTime(String columnLabel) throws SQLException {
		return this.target.getTime(columnLabel);
	}

	@Override
	public @Nullable Timestamp getTimestamp(String columnLabel) throws SQLException {
		return this.target.getTimestamp(columnLabel);
	}

	@Override
	public @Nullable InputStream getAsciiStream(String columnLabel) throws SQLException {
		return this.target.getAsciiStream(columnLabel);
	}

	@Override
	@Deprecated
	@SuppressWarnings("deprecation")
	public @Nullable InputStream getUnicodeStream(String columnLabel) throws SQLException {
		return this.target.getUnicodeStream(columnLabel);
	}

	@Override
	public @Nullable InputStream getBinaryStream(String columnLabel) throws SQLException {
		return this.target.getBinaryStream(columnLabel);
	}

	@Override
	public @Nullable SQLWarning getWarnings() throws SQLException {
		return this.target.getWarnings();
	}

	@Override
	public void clearWarnings() throws SQLException {
		this.target.clearWarnings();
	}

	@Override
	public @Nullable String getCursorName() throws SQLException {
		return this.target.getCursorName();
	}

	@Override
	public ResultSetMetaData getMetaData() throws SQLException {
		return this.target.getMetaData();
	}

	@Override
	public int findColumn(String columnLabel) throws SQLException {
		return this.target.findColumn(columnLabel);
	}

	@Override
	public @Nullable Reader getCharacterStream(int columnIndex) throws SQLException {
		return this.target.getCharacterStream(columnIndex);
	}

	@Override
	public @Nullable Reader getCharacterStream(String columnLabel) throws SQLException {
		return this.target.getCharacterStream(columnLabel);
	}

	@Override
	public @Nullable BigDecimal getBigDecimal(int columnIndex) throws SQLException {
		return this.target.getBigDecimal(columnIndex);
	}

	@Override
	public @Nullable BigDecimal getBigDecimal(String columnLabel) throws SQLException {
		return this.target.getBigDecimal(columnLabel);
	}

	@Override
	public boolean isBeforeFirst() throws SQLException {
		return this.target.isBeforeFirst();
	}

	@Override
	public boolean isAfterLast() throws SQLException {
		return this.target.isAfterLast();
	}

	@Override
	public boolean isFirst() throws SQLException {
		return this.target.isFirst();
	}

	@Override
	public boolean isLast() throws SQLException {
		return this.target.isLast();
	}

	@Override
	public void beforeFirst() throws SQLException {
		this.target.beforeFirst();
	}

	@Override
	public void afterLast() throws SQLException {
		this.target.afterLast();
	}

	@Override
	public boolean first() throws SQLException {
		return this.target.first();
	}

	@Override
	public boolean last() throws SQLException {
		return this.target.last();
	}

	@Override
	public int getRow() throws SQLException {
		return this.target.getRow();
	}

	@Override
	public boolean absolute(int row) throws SQLException {
		return this.target.absolute(row);
	}

	@Override
	public boolean relative(int rows) throws SQLException {
		return this.target.relative(rows);
	}

	@Override
	public boolean previous() throws SQLException {
		return this.target.previous();
	}

	@Override
	public void setFetchDirection(int direction) throws SQLException {
		this.target.setFetchDirection(direction);
	}

	@Override
	public int getFetchDirection() throws SQLException {
		return this.target.getFetchDirection();
	}

	@Override
	public void setFetchSize(int rows) throws SQLException {
		this.target.setFetchSize(rows);
	}

	@Override
	public int getFetchSize() throws SQLException {
		return this.target.getFetchSize();
	}

	@Override
	public int getType() throws SQLException {
		return this.target.getType();
	}

	@Override
	public int getConcurrency() throws SQLException {
		return this.target.getConcurrency();
	}

	@Override
	public boolean rowUpdated() throws SQLException {
		return this.target.rowUpdated();
	}

	@Override
	public boolean rowInserted() throws SQLException {
		return this.target.rowInserted();
	}

	@Override
	public boolean rowDeleted() throws SQLException {
		return this.target.rowDeleted();
	}

	@Override
	public void updateNull(int columnIndex) throws SQLException {
		this.target.updateNull(columnIndex);
	}

	@Override
	public void updateBoolean(int columnIndex, boolean x) throws SQLException {
		this.target.updateBoolean(columnIndex, x);
	}

	@Override
	public void updateByte(int columnIndex, byte x) throws SQLException {
		this.target.updateByte(columnIndex, x);
	}

	@Override
	public void updateShort(int columnIndex, short x) throws SQLException {
		this.target.updateShort(columnIndex, x);
	}

	@Override
	public void updateInt(int columnIndex, int x) throws SQLException {
		this.target.updateInt(columnIndex, x);
	}

	@Override
	public void updateLong(int columnIndex, long x) throws SQLException {
		this.target.updateLong(columnIndex, x);
	}

	@Override
	public void updateFloat(int columnIndex, float x) throws SQLException {
		this.target.updateFloat(columnIndex, x);
	}

	@Override
	public void updateDouble(int columnIndex, double x) throws SQLException {
		this.target.updateDouble(columnIndex, x);
	}

	@Override
	public void updateBigDecimal(int columnIndex, @Nullable BigDecimal x) throws SQLException {
		this.target.updateBigDecimal(columnIndex, x);
	}

	@Override
	public void updateString(int columnIndex, @Nullable String x) throws SQLException {
		this.target.updateString(columnIndex, x);
	}

	@Override
	public void updateBytes(int columnIndex, byte @Nullable [] x) throws SQLException {
		this.target.updateBytes(columnIndex, x);
	}

	@Override
	public void updateDate(int columnIndex, @Nullable Date x) throws SQLException {
		this.target.updateDate(columnIndex, x);
	}

	@Override
	public void updateTime(int columnIndex, @Nullable Time x) throws SQLException {
		this.target.updateTime(columnIndex, x);
	}

	@Override
	public void updateTimestamp(int columnIndex, @Nullable Timestamp x) throws SQLException {
		this.target.updateTimestamp(columnIndex, x);
	}

	@Override
	public void updateAsciiStream(int columnIndex, @Nullable InputStream x, int length) throws SQLException {
		this.target.updateAsciiStream(columnIndex, x, length);
	}

	@Override
	public void updateBinaryStream(int columnIndex, @Nullable InputStream x, int length) throws SQLException {
		this.target.updateBinaryStream(columnIndex, x, length);
	}

	@Override
	public void updateCharacterStream(int columnIndex, @Nullable Reader x, int length) throws SQLException {
		this.target.updateCharacterStream(columnIndex, x, length);
	}

	@Override
	public void updateNull(String columnLabel) throws SQLException {
		this.target.updateNull(columnLabel);
	}

	@Override
	public void updateBoolean(String columnLabel, boolean x) throws SQLException {
		this.target.updateBoolean(columnLabel, x);
	}

	@Override
	public void updateByte(String columnLabel, byte x) throws SQLException {
		this.target.updateByte(columnLabel, x);
	}

	@Override
	public void updateShort(String columnLabel, short x) throws SQLException {
		this.target.updateShort(columnLabel, x);
	}

	@Override
	public void updateInt(String columnLabel, int x) throws SQLException {
		this.target.updateInt(columnLabel, x);
	}

	@Override
	public void updateLong(String columnLabel, long x) throws SQLException {
		this.target.updateLong(columnLabel, x);
	}

	@Override
	public void updateFloat(String columnLabel, float x) throws SQLException {
		this.target.updateFloat(columnLabel, x);
	}

	@Override
	public void updateDouble(String columnLabel, double x) throws SQLException {
		this.target.updateDouble(columnLabel, x);
	}

	@Override
	public void updateBigDecimal(String columnLabel, @Nullable BigDecimal x) throws SQLException {
		this.target.updateBigDecimal(columnLabel, x);
	}

	@Override
	public void updateString(String columnLabel, @Nullable String x) throws SQLException {
		this.target.updateString(columnLabel, x);
	}

	@Override
	public void updateBytes(String columnLabel, byte @Nullable [] x) throws SQLException {
		this.target.updateBytes(columnLabel, x);
	}

	@Override
	public void updateDate(String columnLabel, @Nullable Date x) throws SQLException {
		this.target.updateDate(columnLabel, x);
	}

	@Override
	public void updateTime(String columnLabel, @Nullable Time x) throws SQLException {
		this.target.updateTime(columnLabel, x);
	}

	@Override
	public void updateTimestamp(String columnLabel, @Nullable Timestamp x) throws SQLException {
		this.target.updateTimestamp(columnLabel, x);
	}

	@Override
	public void updateAsciiStream(String columnLabel, @Nullable InputStream x, int length) throws SQLException {
		this.target.updateAsciiStream(columnLabel, x, length);
	}

	@Override
	public void updateBinaryStream(String columnLabel, @Nullable InputStream x, int length) throws SQLException {
		this.target.updateBinaryStream(columnLabel, x, length);
	}

	@Override
	public void updateCharacterStream(String columnLabel, @Nullable Reader reader, int length) throws SQLException {
		this.target.updateCharacterStream(columnLabel, reader, length);
	}

	@Override
	public void insertRow() throws SQLException {
		this.target.insertRow();
	}

	@Override
	public void updateRow() throws SQLException {
		this.target.updateRow();
	}

	@Override
	public void deleteRow() throws SQLException {
		this.target.deleteRow();
	}

	@Override
	public void refreshRow() throws SQLException {
		this.target.refreshRow();
	}

	@Override
	public void cancelRowUpdates() throws SQLException {
		this.target.cancelRowUpdates();
	}

	@Override
	public void moveToInsertRow() throws SQLException {
		this.target.moveToInsertRow();
	}

	@Override
	public void moveToCurrentRow() throws SQLException {
		this.target.moveToCurrentRow();
	}

	@Override
	public @Nullable Ref getRef(int columnIndex) throws SQLException {
		return this.target.getRef(columnIndex);
	}

	@Override
	public @Nullable Blob getBlob(int columnIndex) throws SQLException {
		return this.target.getBlob(columnIndex);
	}

	@Override
	public @Nullable Clob getClob(int columnIndex) throws SQLException {
		return this.target.getClob(columnIndex);
	}

	@Override
	public @Nullable Ref getRef(String columnLabel) throws SQLException {
		return this.target.getRef(columnLabel);
	}

	@Override
	public @Nullable Blob getBlob(String columnLabel) throws SQLException {
		return this.target.getBlob(columnLabel);
	}

	@Override
	public @Nullable Clob getClob(String columnLabel) throws SQLException {
		return this.target.getClob(columnLabel);
	}

	@Override
	public @Nullable Date getDate(int columnIndex, Calendar cal) throws SQLException {
		return this.target.getDate(columnIndex, cal);
	}

	@Override
	public @Nullable Date getDate(String columnLabel, Calendar cal) throws SQLException {
		return this.target.getDate(columnLabel, cal);
	}

	@Override
	public @Nullable Time getTime(int columnIndex, Calendar cal) throws SQLException {
		return this.target.getTime(columnIndex, cal);
	}

	@Override
	public @Nullable Time getTime(String columnLabel, Calendar cal) throws SQLException {
		return this.target.getTime(columnLabel, cal);
	}

	@Override
	public @Nullable Timestamp getTimestamp(int columnIndex, Calendar cal) throws SQLException {
		return this.target.getTimestamp(columnIndex, cal);
	}

	@Override
	public @Nullable Timestamp getTimestamp(String columnLabel, Calendar cal) throws SQLException {
		return this.target.getTimestamp(columnLabel, cal);
	}

	@Override
	public @Nullable URL getURL(int columnIndex) throws SQLException {
		return this.target.getURL(columnIndex);
	}

	@Override
	public @Nullable URL getURL(String columnLabel) throws SQLException {
		return this.target.getURL(columnLabel);
	}

	@Override
	public void updateRef(int columnIndex, @Nullable Ref x) throws SQLException {
		this.target.updateRef(columnIndex, x);
	}

	@Override
	public void updateRef(String columnLabel, @Nullable Ref x) throws SQLException {
		this.target.updateRef(columnLabel, x);
	}

	@Override
	public void updateBlob(int columnIndex, @Nullable Blob x) throws SQLException {
		this.target.updateBlob(columnIndex, x);
	}

	@Override
	public void updateBlob(String columnLabel, @Nullable Blob x) throws SQLException {
		this.target.updateBlob(columnLabel, x);
	}

	@Override
	public void updateClob(int columnIndex, @Nullable Clob x) throws SQLException {
		this.target.updateClob(columnIndex, x);
	}

	@Override
	public void updateClob(String columnLabel, @Nullable Clob x) throws SQLException {
		this.target.updateClob(columnLabel, x);
	}

	@Override
	public @Nullable RowId getRowId(int columnIndex) throws SQLException {
		return this.target.getRowId(columnIndex);
	}

	@Override
	public @Nullable RowId getRowId(String columnLabel) throws SQLException {
		return this.target.getRowId(columnLabel);
	}

	@Override
	public void updateRowId(int columnIndex, @Nullable RowId x) throws SQLException {
		this.target.updateRowId(columnIndex, x);
	}

	@Override
	public void updateRowId(String columnLabel, @Nullable RowId x) throws SQLException {
		this.target.updateRowId(columnLabel, x);
	}

	@Override
	public int getHoldability() throws SQLException {
		return this.target.getHoldability();
	}

	@Override
	public boolean isClosed() throws SQLException {
		return this.target.isClosed();
	}

	@Override
	public void updateNString(int columnIndex, @Nullable String nString) throws SQLException {
		this.target.updateNString(columnIndex, nString);
	}

	@Override
	public void updateNString(String columnLabel, @Nullable String nString) throws SQLException {
		this.target.updateNString(columnLabel, nString);
	}

	@Override
	public void updateNClob(int columnIndex, @Nullable NClob nClob) throws SQLException {
		this.target.updateNClob(columnIndex, nClob);
	}

	@Override
	public void updateNClob(String columnLabel, @Nullable NClob nClob) throws SQLException {
		this.target.updateNClob(columnLabel, nClob);
	}

	@Override
	public @Nullable NClob getNClob(int columnIndex) throws SQLException {
		return this.target.getNClob(columnIndex);
	}

	@Override
	public @Nullable NClob getNClob(String columnLabel) throws SQLException {
		return this.target.getNClob(columnLabel);
	}

	@Override
	public @Nullable SQLXML getSQLXML(int columnIndex) throws SQLException {
		return this.target.getSQLXML(columnIndex);
	}

	@Override
	public @Nullable SQLXML getSQLXML(String columnLabel) throws SQLException {
		return this.target.getSQLXML(columnLabel);
	}

	@Override
	public void updateSQLXML(int columnIndex, @Nullable SQLXML xmlObject) throws SQLException {
		this.target.updateSQLXML(columnIndex, xmlObject);
	}

	@Override
	public void updateSQLXML(String columnLabel, @Nullable SQLXML xmlObject) throws SQLException {
		this.target.updateSQLXML(columnLabel, xmlObject);
	}

	@Override
	public @Nullable String getNString(int columnIndex) throws SQLException {
		return this.target.getNString(columnIndex);
	}

	@Override
	public @Nullable String getNString(String columnLabel) throws SQLException {
		return this.target.getNString(columnLabel);
	}

	@Override
	public @Nullable Reader getNCharacterStream(int columnIndex) throws SQLException {
		return this.target.getNCharacterStream(columnIndex);
	}

	@Override
	public @Nullable Reader getNCharacterStream(String columnLabel) throws SQLException {
		return this.target.getNCharacterStream(columnLabel);
	}

	@Override
	public void updateNCharacterStream(int columnIndex, @Nullable Reader x, long length) throws SQLException {
		this.target.updateNCharacterStream(columnIndex, x, length);
	}

	@Override
	public void updateNCharacterStream(String columnLabel, @Nullable Reader reader, long length) throws SQLException {
		this.target.updateNCharacterStream(columnLabel, reader, length);
	}

	@Override
	public void updateAsciiStream(int columnIndex, @Nullable InputStream x, long length) throws SQLException {
		this.target.updateAsciiStream(columnIndex, x, length);
	}

	@Override
	public void updateBinaryStream(int columnIndex, @Nullable InputStream x, long length) throws SQLException {
		this.target.updateBinaryStream(columnIndex, x, length);
	}

	@Override
	public void updateCharacterStream(int columnIndex, @Nullable Reader x, long length) throws SQLException {
		this.target.updateCharacterStream(columnIndex, x, length);
	}

	@Override
	public void updateAsciiStream(String columnLabel, @Nullable InputStream x, long length) throws SQLException {
		this.target.updateAsciiStream(columnLabel, x, length);
	}

	@Override
	public void updateBinaryStream(String columnLabel, @Nullable InputStream x, long length) throws SQLException {
		this.target.updateBinaryStream(columnLabel, x, length);
	}

	@Override
	public void updateCharacterStream(String columnLabel, @Nullable Reader reader, long length) throws SQLException {
		this.target.updateCharacterStream(columnLabel, reader, length);
	}

	@Override
	public void updateBlob(int columnIndex, @Nullable InputStream inputStream, long length) throws SQLException {
		this.target.updateBlob(columnIndex, inputStream, length);
	}

	@Override
	public void updateBlob(String columnLabel, @Nullable InputStream inputStream, long length) throws SQLException {
		this.target.updateBlob(columnLabel, inputStream, length);
	}

	@Override
	public void updateClob(int columnIndex, @Nullable Reader reader, long length) throws SQLException {
		this.target.updateClob(columnIndex, reader, length);
	}

	@Override
	public void updateClob(String columnLabel, @Nullable Reader reader, long length) throws SQLException {
		this.target.updateClob(columnLabel, reader, length);
	}

	@Override
	public void updateNClob(int columnIndex, @Nullable Reader reader, long length) throws SQLException {
		this.target.updateNClob(columnIndex, reader, length);
	}

	@Override
	public void updateNClob(String columnLabel, @Nullable Reader reader, long length) throws SQLException {
		this.target.updateNClob(columnLabel, reader, length);
	}

	@Override
	public void updateNCharacterStream(int columnIndex, @Nullable Reader x) throws SQLException {
		this.target.updateNCharacterStream(columnIndex, x);
	}

	@Override
	public void updateNCharacterStream(String columnLabel, @Nullable Reader reader) throws SQLException {
		this.target.updateNCharacterStream(columnLabel, reader);
	}

	@Override
	public void updateAsciiStream(int columnIndex, @Nullable InputStream x) throws SQLException {
		this.target.updateAsciiStream(columnIndex, x);
	}

	@Override
	public void updateBinaryStream(int columnIndex, @Nullable InputStream x) throws SQLException {
		this.target.updateBinaryStream(columnIndex, x);
	}

	@Override
	public void updateCharacterStream(int columnIndex, @Nullable Reader x) throws SQLException {
		this.target.updateCharacterStream(columnIndex, x);
	}

	@Override
	public void updateAsciiStream(String columnLabel, @Nullable InputStream x) throws SQLException {
		this.target.updateAsciiStream(columnLabel, x);
	}

	@Override
	public void updateBinaryStream(String columnLabel, @Nullable InputStream x) throws SQLException {
		this.target.updateBinaryStream(columnLabel, x);
	}

	@Override
	public void updateCharacterStream(String columnLabel, @Nullable Reader reader) throws SQLException {
		this.target.updateCharacterStream(columnLabel, reader);
	}

	@Override
	public void updateBlob(int columnIndex, @Nullable InputStream inputStream) throws SQLException {
		this.target.updateBlob(columnIndex, inputStream);
	}

	@Override
	public void updateBlob(String columnLabel, @Nullable InputStream inputStream) throws SQLException {
		this.target.updateBlob(columnLabel, inputStream);
	}

	@Override
	public void updateClob(int columnIndex, @Nullable Reader reader) throws SQLException {
		this.target.updateClob(columnIndex, reader);
	}

	@Override
	public void updateClob(String columnLabel, @Nullable Reader reader) throws SQLException {
		this.target.updateClob(columnLabel, reader);
	}

	@Override
	public void updateNClob(int columnIndex, @Nullable Reader reader) throws SQLException {
		this.target.updateNClob(columnIndex, reader);
	}

	@Override
	public void updateNClob(String columnLabel, @Nullable Reader reader) throws SQLException {
		this.target.updateNClob(columnLabel, reader);
	}

}
