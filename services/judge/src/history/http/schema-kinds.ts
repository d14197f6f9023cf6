import Type, { type TSchema } from 'typebox'

export const text = Type.String()
export const integer = Type.Integer()
export const number = Type.Number()
export const time = Type.String({ format: 'date-time' })
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const oneOfTexts = (values: readonly string[]) => Type.String({ enum: [...values] })
