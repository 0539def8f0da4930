// A text file is imported as the text in it.
declare module "*.txt" {
  const text: string;
  export default text;
}
