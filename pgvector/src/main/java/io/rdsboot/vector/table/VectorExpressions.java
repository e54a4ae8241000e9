package io.rdsboot.vector.table;

import io.rdsboot.vector.type.ElementType;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * SQL expressions of one vector column. An index on an expression serves a search only if
 * the search has the identical expression, so both take it from here. Immutable.
 */
@API(status = API.Status.INTERNAL)
public final class VectorExpressions {

	private final VectorColumn column;

	private final @Nullable String extensionSchema;

	/**
	 * Create the expressions of a column.
	 * @param table the table, which says where the extension is
	 * @param column one of its vector columns
	 */
	public VectorExpressions(VectorTable table, VectorColumn column) {
		this.column = column;
		this.extensionSchema = table.extensionSchema();
	}

	/**
	 * Return the type of the column.
	 * @return the type with its dimensions, such as {@code vector(384)}
	 */
	public String columnType() {
		return type(this.column.type());
	}

	/**
	 * Return what the index is on: the column or an expression in parentheses.
	 * @return the expression
	 */
	public String indexed() {
		String name = VectorTable.quote(this.column.name());
		return (this.column.quantization() == Quantization.NONE) ? name : "(" + quantized(name) + ")";
	}

	/**
	 * Return the operator class of the index.
	 * @return the operator class, with the extension's schema where one is declared
	 */
	public String operatorClass() {
		return qualified(indexedDistance().operatorClass(this.column.indexedType()));
	}

	/**
	 * Return the expression by which a scan of the index orders.
	 * @param row alias of the table
	 * @param query expression of the vector that is searched for, of the column's type
	 * @return the expression
	 */
	public String indexDistance(String row, String query) {
		return quantized(row + "." + VectorTable.quote(this.column.name())) + " " + operator(indexedDistance()) + " "
				+ quantized(query);
	}

	/**
	 * Return the expression of the distance.
	 * @param row alias of the table
	 * @param query expression of the vector that is searched for, of the column's type
	 * @return the expression
	 */
	public String distance(String row, String query) {
		return row + "." + VectorTable.quote(this.column.name()) + " " + operator(this.column.distance()) + " " + query;
	}

	/**
	 * Return the expression of the column's value as {@code bytea} in the server's binary
	 * format. It comes back in binary without the connection having to know the type,
	 * which it would do for every user of the pool.
	 * @param row alias of the table
	 * @return the expression
	 */
	public String binary(String row) {
		return binaryOf(row + "." + VectorTable.quote(this.column.name()));
	}

	/**
	 * Return the expression of a value of the column as {@link #binary} has it.
	 * @param value expression of the value
	 * @return the expression
	 */
	public String binaryOf(String value) {
		String function = this.column.type().sqlName() + "_send";
		return ((this.column.type() == ElementType.BIT) ? function : qualified(function)) + "(" + value + ")";
	}

	private String quantized(String vector) {
		return switch (this.column.quantization()) {
			case NONE -> vector;
			case HALF -> vector + "::" + type(ElementType.HALFVEC);
			case BINARY -> qualified("binary_quantize") + "(" + vector + ")::" + type(ElementType.BIT);
		};
	}

	private Distance indexedDistance() {
		return (this.column.quantization() == Quantization.BINARY) ? Distance.HAMMING : this.column.distance();
	}

	private String operator(Distance distance) {
		return (this.extensionSchema != null)
				? "OPERATOR(" + VectorTable.quote(this.extensionSchema) + "." + distance.operator() + ")"
				: distance.operator();
	}

	private String type(ElementType type) {
		String name = (type == ElementType.BIT) ? type.sqlName() : qualified(type.sqlName());
		return name + "(" + this.column.dimensions() + ")";
	}

	private String qualified(String name) {
		return (this.extensionSchema != null) ? VectorTable.quote(this.extensionSchema) + "." + name : name;
	}

}
