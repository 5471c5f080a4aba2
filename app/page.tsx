import { Hello } from "#components/hello.tsx";
export default function Page() {
  return <Hello />;
}
