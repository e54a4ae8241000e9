package io.rdsboot.service;

import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.cursor.Cursor;

/**
 * Mapper of MyBatis.
 */
interface StreamedRowMapper {

	@Select(StreamingLibrary.SQL)
	@Options(fetchSize = 10)
	Cursor<StreamedRow> rows();

}
